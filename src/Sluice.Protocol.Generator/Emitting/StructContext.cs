using System.Collections.Generic;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Generator.Emitting;

/// <summary>A struct together with the message that it belongs to, and the questions that every emitter asks about them.</summary>
internal sealed class StructContext
{
    internal StructContext(MessageModel message, StructModel model)
    {
        Message = message;
        Struct = model;
        foreach (FieldModel field in model.Fields)
        {
            (field.Tag is null ? Positional : Tagged).Add(field);
        }

        Tagged.Sort((left, right) => left.Tag!.Value.CompareTo(right.Tag!.Value));
    }

    internal MessageModel Message { get; }

    internal StructModel Struct { get; }

    internal VersionRange Reach => Struct.Reach;

    /// <summary>In the order of the wire.</summary>
    internal List<FieldModel> Positional { get; } = [];

    /// <summary>In ascending order of tags.</summary>
    internal List<FieldModel> Tagged { get; } = [];

    internal bool IsRoot => ReferenceEquals(Struct, Message.Root);

    /// <summary>All versions of the struct are flexible.</summary>
    internal bool IsAlwaysFlexible => !Reach.IsEmpty && Message.Flexible.Contains(Reach);

    /// <summary>Some versions of the struct are flexible.</summary>
    internal bool IsEverFlexible => !Message.Flexible.Intersect(Reach).IsEmpty;

    /// <summary>Whether the struct is flexible, as a condition; "" = always. Only where <see cref="IsEverFlexible"/>.</summary>
    internal string FlexibleCondition => IsAlwaysFlexible ? "" : "flexible";

    /// <summary>The argument that tells reader and writer methods which form to use.</summary>
    internal string FlexibleArgument(FieldModel field)
    {
        // Tagged fields exist in flexible versions only.
        if (field.Tag is not null || (IsAlwaysFlexible && !field.IsNeverFlexible)) return "flexible: true";
        return field.IsNeverFlexible || !IsEverFlexible ? "flexible: false" : "flexible";
    }

    internal string Present(FieldModel field) => Expressions.VersionIn(field.Versions, Reach);

    /// <summary>Declares the variable that <see cref="FlexibleArgument"/> refers to, if anything does.</summary>
    internal void DeclareFlexible(CodeWriter code, bool isUsed)
    {
        if (isUsed && IsEverFlexible && !IsAlwaysFlexible) code.Line($"bool flexible = {Expressions.VersionIn(Message.Flexible, Reach)};");
    }
}
