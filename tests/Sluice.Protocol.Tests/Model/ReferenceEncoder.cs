using System.Buffers.Binary;
using System.Text;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Tests.Model;

/// <summary>Encodes a message by walking its schema: slow, obvious, and sharing no code with the generated writers that it checks.</summary>
internal sealed class ReferenceEncoder
{
    private readonly MessageModel _message;
    private readonly short _version;
    private readonly bool _flexible;
    private readonly Func<uint, byte[]?> _unknownTag;

    private ReferenceEncoder(MessageModel message, short version, Func<uint, byte[]?> unknownTag)
    {
        _message = message;
        _version = version;
        _flexible = message.Flexible.Contains(version);
        _unknownTag = unknownTag;
    }

    /// <param name="message">The schema.</param>
    /// <param name="instance">The values.</param>
    /// <param name="version">Which version to encode.</param>
    /// <param name="unknownTag">Content of a tagged field to add to every struct, given the first tag that it leaves free; null = add none.</param>
    internal static byte[] Encode(MessageModel message, IMessage instance, short version, Func<uint, byte[]?>? unknownTag = null)
    {
        var output = new List<byte>();
        new ReferenceEncoder(message, version, unknownTag ?? (_ => null)).Struct(output, message.Root, instance);
        return output.ToArray();
    }

    private void Struct(List<byte> output, StructModel model, object instance)
    {
        foreach (FieldModel field in model.Fields)
        {
            if (field.Tag is null && field.Versions.Contains(_version)) Field(output, field, MessageAccess.Get(instance, field));
        }

        if (_flexible) Tags(output, model, instance);
    }

    private void Tags(List<byte> output, StructModel model, object instance)
    {
        var tags = new SortedDictionary<uint, byte[]>();
        object defaults = Activator.CreateInstance(instance.GetType())!;
        uint free = 0;
        foreach (FieldModel field in model.Fields.Where(f => f.Tag is not null))
        {
            free = Math.Max(free, (uint)field.Tag!.Value + 1);
            object? value = MessageAccess.Get(instance, field);
            var single = new StructModel("", isShared: false, line: 0);
            single.Fields.Add(field);
            if (!field.Versions.Contains(_version) || MessageAccess.Difference(single, instance, defaults) is null) continue;
            var content = new List<byte>();
            Field(content, field, value);
            tags.Add((uint)field.Tag!.Value, content.ToArray());
        }

        if (_unknownTag(free) is { } unknown) tags.Add(free + 5, unknown);
        Varint(output, (uint)tags.Count);
        foreach ((uint tag, byte[] content) in tags)
        {
            Varint(output, tag);
            Varint(output, (uint)content.Length);
            output.AddRange(content);
        }
    }

    private void Field(List<byte> output, FieldModel field, object? value)
    {
        bool flexible = _flexible && !field.IsNeverFlexible;
        if (field.Type.IsStruct)
        {
            if (field.Nullable.Contains(_version)) output.Add(value is not null ? (byte)1 : field.Tag is null ? (byte)0xff : (byte)0);
            if (value is not null) Struct(output, field.Type.Struct!, value);
        }
        else if (field.Type.IsArray)
        {
            object[]? elements = value is null ? null : MessageAccess.Elements(value).ToArray();
            Length(output, elements?.Length ?? -1, flexible, classicBytes: 4);
            foreach (object element in elements ?? [])
            {
                if (field.Type.Struct is { } model) Struct(output, model, element);
                else Scalar(output, field.Type.Scalar!.Value, element, flexible);
            }
        }
        else
        {
            Scalar(output, field.Type.Scalar!.Value, value, flexible);
        }
    }

    private static void Scalar(List<byte> output, ScalarType type, object? value, bool flexible)
    {
        switch (value)
        {
            case null: Length(output, -1, flexible, type == ScalarType.String ? 2 : 4); break;
            case bool v: output.Add(v ? (byte)1 : (byte)0); break;
            case sbyte v: output.Add((byte)v); break;
            case short v: Number(output, v, 2); break;
            case ErrorCode v: Number(output, (short)v, 2); break;
            case ushort v: Number(output, v, 2); break;
            case int v: Number(output, v, 4); break;
            case uint v: Number(output, v, 4); break;
            case long v: Number(output, v, 8); break;
            case double v: Number(output, BitConverter.DoubleToInt64Bits(v), 8); break;
            case Uuid v: Number(output, (long)v.High, 8); Number(output, (long)v.Low, 8); break;
            case string v: Sized(output, Encoding.UTF8.GetBytes(v), flexible, 2); break;
            case ReadOnlyMemory<byte> v: Sized(output, v.ToArray(), flexible, 4); break;
            case Protocol.Messages.Records { IsNull: true }: Length(output, -1, flexible, 4); break;
            case Protocol.Messages.Records v: Sized(output, v.Bytes.ToArray(), flexible, 4); break;
            default: throw new ArgumentException($"No encoding for {value.GetType()}.");
        }
    }

    private static void Sized(List<byte> output, byte[] bytes, bool flexible, int classicBytes)
    {
        Length(output, bytes.Length, flexible, classicBytes);
        output.AddRange(bytes);
    }

    private static void Length(List<byte> output, int length, bool flexible, int classicBytes)
    {
        if (flexible) Varint(output, (uint)(length + 1));
        else Number(output, length, classicBytes);
    }

    private static void Number(List<byte> output, long value, int sizeBytes)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        output.AddRange(bytes[(8 - sizeBytes)..]);
    }

    private static void Varint(List<byte> output, uint value)
    {
        for (; value >= 0x80; value >>= 7) output.Add((byte)(value | 0x80));
        output.Add((byte)value);
    }
}
