namespace Sluice.Protocol;

// Flexible versions end every struct with a section of tagged fields: how many, then for each its tag, its size in bytes and its content,
// in ascending order of tags.
public ref partial struct MessageReader
{
    /// <summary>Reads how many tagged fields follow.</summary>
    public int ReadTagCount()
    {
        uint count = ReadUnsignedVarint();

        // A tagged field takes two bytes at least.
        if (count > (uint)Remaining / 2) WireFormatException.ThrowCountTooLarge(count, _position, Remaining);
        return (int)count;
    }

    /// <summary>Skips a whole tagged section of a struct that knows no tags.</summary>
    public void SkipTags()
    {
        int count = ReadTagCount();
        TaggedField field = default;
        for (int i = 0; i < count; i++)
        {
            field = BeginTag(field);
            Skip();
            EndTag(field);
        }
    }

    /// <summary>Enters the next tagged field: until <see cref="EndTag"/> only its bytes can be read.</summary>
    /// <param name="previous">The field before it in the same section; default for the first.</param>
    public TaggedField BeginTag(TaggedField previous)
    {
        uint tag = ReadUnsignedVarint();
        if (previous.IsPresent && tag <= previous.Tag) WireFormatException.ThrowTagOrder(tag, _position);
        uint sizeBytes = ReadUnsignedVarint();
        if (sizeBytes > (uint)Remaining) WireFormatException.ThrowTruncated((int)Math.Min(sizeBytes, int.MaxValue), _position, Remaining);
        var field = new TaggedField(tag, _end);
        _end = _position + (int)sizeBytes;
        return field;
    }

    /// <summary>Skips what is left of the tagged field that was entered last.</summary>
    public void Skip() => _position = _end;

    /// <summary>Leaves a tagged field, all of whose bytes must have been read or skipped.</summary>
    /// <param name="field">What <see cref="BeginTag"/> returned.</param>
    public void EndTag(TaggedField field)
    {
        if (Remaining != 0) WireFormatException.ThrowTagSize(field.Tag, Remaining, _position);
        _end = field.OuterEnd;
    }
}
