using System.Text;

namespace Sluice.Protocol.Sasl;

/// <summary>Cuts the text of a JAAS entry into words and signs.</summary>
internal ref struct JaasReader(string text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _index;

    /// <summary>Whether nothing but blanks and comments is left.</summary>
    internal bool IsAtEnd
    {
        get
        {
            SkipBlanks();
            return _index >= _text.Length;
        }
    }

    /// <summary>Takes the sign if it comes next.</summary>
    internal bool TryTake(char sign)
    {
        if (IsAtEnd || _text[_index] != sign) return false;
        _index++;
        return true;
    }

    /// <summary>Reads a word, in quotes or not; null if a sign or the end comes next, or the quotes do not end.</summary>
    internal string? ReadWord()
    {
        if (IsAtEnd) return null;
        if (_text[_index] is '"' or '\'') return ReadQuoted(_text[_index++]);
        int start = _index;
        while (_index < _text.Length && _text[_index] is not (';' or '=' or '"' or '\'') && !char.IsWhiteSpace(_text[_index])) _index++;
        return _index == start ? null : _text[start.._index].ToString();
    }

    private string? ReadQuoted(char quote)
    {
        var word = new StringBuilder();
        for (; _index < _text.Length; _index++)
        {
            char character = _text[_index];
            if (character == quote)
            {
                _index++;
                return word.ToString();
            }
            if (character != '\\')
            {
                word.Append(character);
                continue;
            }
            if (++_index == _text.Length) return null;
            word.Append(_text[_index] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'f' => '\f', 'b' => '\b', var other => other });
        }
        return null;
    }

    private void SkipBlanks()
    {
        while (_index < _text.Length)
        {
            if (char.IsWhiteSpace(_text[_index])) _index++;
            else if (_text[_index..].StartsWith("//", StringComparison.Ordinal)) SkipTo("\n");
            else if (_text[_index..].StartsWith("/*", StringComparison.Ordinal)) SkipTo("*/");
            else return;
        }
    }

    private void SkipTo(string end)
    {
        int length = _text[_index..].IndexOf(end, StringComparison.Ordinal);
        _index = length < 0 ? _text.Length : _index + length + end.Length;
    }
}
