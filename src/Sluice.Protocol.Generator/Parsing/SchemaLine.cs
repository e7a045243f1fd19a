using System.Collections.Generic;

namespace Sluice.Protocol.Generator.Parsing;

/// <summary>One line of a schema, cut into words.</summary>
internal sealed class SchemaLine
{
    private SchemaLine(int number, int indent, List<Word> words, string? comment)
    {
        Number = number;
        Indent = indent;
        Words = words;
        Comment = comment;
    }

    /// <summary>Zero-based.</summary>
    internal int Number { get; }

    /// <summary>Spaces before the first word; -1 = there is a tab among them.</summary>
    internal int Indent { get; }

    internal List<Word> Words { get; }

    /// <summary>Text after "#", trimmed; null = no comment.</summary>
    internal string? Comment { get; }

    internal bool IsBlank => Words.Count == 0 && Comment is null;

    internal static SchemaLine Split(int number, string text)
    {
        var words = new List<Word>();
        string? comment = null;
        int position = 0;
        while (position < text.Length)
        {
            char c = text[position];
            if (char.IsWhiteSpace(c))
            {
                position++;
                continue;
            }

            if (c == '#')
            {
                comment = text.Substring(position + 1).Trim();
                break;
            }

            int start = position;
            while (position < text.Length && !char.IsWhiteSpace(text[position])) position++;
            words.Add(new Word(text.Substring(start, position - start), start));
        }

        int indent = words.Count == 0 ? 0 : words[0].Column;
        if (text.IndexOf('\t') is >= 0 and int tab && tab < indent) indent = -1;
        return new SchemaLine(number, indent, words, comment);
    }

    internal readonly struct Word
    {
        internal Word(string text, int column)
        {
            Text = text;
            Column = column;
        }

        internal string Text { get; }

        /// <summary>Zero-based.</summary>
        internal int Column { get; }
    }
}
