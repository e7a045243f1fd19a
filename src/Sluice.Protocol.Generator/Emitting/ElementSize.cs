using System;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Generator.Emitting;

/// <summary>The fewest bytes that an array element can take: a reader believes no count that would need more bytes than remain.</summary>
internal static class ElementSize
{
    internal static int Min(MessageModel message, StructModel element)
    {
        int min = int.MaxValue;
        for (int version = element.Reach.Low; version <= element.Reach.High; version++) min = Math.Min(min, Min(message, element, version));
        return Math.Max(1, min);
    }

    private static int Min(MessageModel message, StructModel model, int version)
    {
        bool flexible = message.Flexible.Contains(version);
        int size = flexible ? 1 : 0;
        foreach (FieldModel field in model.Fields)
        {
            if (field.Tag is null && field.Versions.Contains(version)) size += Min(message, field, version, flexible && !field.IsNeverFlexible);
        }

        return size;
    }

    private static int Min(MessageModel message, FieldModel field, int version, bool flexible)
    {
        if (field.Type.IsStruct) return field.Nullable.Contains(version) ? 1 : Min(message, field.Type.Struct!, version);
        int fixedSize = Expressions.FixedSize(field.Type.PlainScalar);
        if (fixedSize > 0) return fixedSize;
        if (flexible) return 1;
        return field.Type.PlainScalar == ScalarType.String ? 2 : 4;
    }
}
