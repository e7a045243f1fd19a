using System.Text;

namespace Sluice.Protocol.Generator.Emitting;

/// <summary>Collects lines of C# with their indentation.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _isAfterBlock;

    internal void Line(string line)
    {
        // A closed block is followed by a blank line, unless what comes next belongs to it.
        if (_isAfterBlock && line is not ("}" or "else")) _text.Append('\n');
        _isAfterBlock = false;
        _text.Append(' ', _depth * 4).Append(line).Append('\n');
    }

    internal void Blank()
    {
        _isAfterBlock = false;
        _text.Append('\n');
    }

    internal void Open(string line)
    {
        Line(line);
        Line("{");
        _depth++;
    }

    internal void Close()
    {
        _depth--;
        Line("}");
        _isAfterBlock = true;
    }

    internal void Case(string label)
    {
        Line(label);
        _depth++;
    }

    internal void EndCase()
    {
        _isAfterBlock = false;
        Line("break;");
        _depth--;
    }

    /// <summary>One statement under a condition; "" = always.</summary>
    internal void If(string condition, string statement) => Line(condition.Length == 0 ? statement : $"if ({condition}) {statement}");

    public override string ToString() => _text.ToString();
}
