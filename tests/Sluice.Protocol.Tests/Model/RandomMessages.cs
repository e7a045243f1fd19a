using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Tests.Model;

/// <summary>Fills messages with random values in those fields that a version has.</summary>
internal sealed class RandomMessages(int seed)
{
    private static readonly string[] Strings = ["", "a", "topic-1", "café", "日本", "\U0001F40B whale", new string('x', 200)];

    private readonly Random _random = new(seed);

    internal IMessage Create(MessageModel message, short version)
    {
        IMessage instance = Schemas.Create(message);
        Fill(message.Root, instance, version);
        return instance;
    }

    private void Fill(StructModel model, object instance, short version)
    {
        foreach (FieldModel field in model.Fields)
        {
            if (field.Versions.Contains(version)) FillField(field, instance, version);
        }
    }

    private void FillField(FieldModel field, object instance, short version)
    {
        if (field.Nullable.Contains(version) && _random.Next(4) == 0)
        {
            MessageAccess.Set(instance, field, field.Type.PlainScalar == ScalarType.Records ? Protocol.Messages.Records.Null : null);
        }
        else if (field.Type.IsStruct)
        {
            Fill(field.Type.Struct!, MessageAccess.GetOrCreate(instance, field), version);
        }
        else if (field.Type.IsStructArray)
        {
            object list = MessageAccess.GetOrCreate(instance, field);
            for (int i = _random.Next(4); i > 0; i--) Fill(field.Type.Struct!, MessageAccess.Add(list), version);
        }
        else if (field.Type.IsArray)
        {
            var list = (System.Collections.IList)MessageAccess.GetOrCreate(instance, field);
            for (int i = _random.Next(4); i > 0; i--) list.Add(Scalar(field.Type.Scalar!.Value));
        }
        else if (field.Tag is null || _random.Next(3) != 0)
        {
            MessageAccess.Set(instance, field, Scalar(field.Type.Scalar!.Value));
        }
    }

    private object Scalar(ScalarType type) => type switch
    {
        ScalarType.Bool => _random.Next(2) == 0,
        ScalarType.Int8 => (sbyte)Number(),
        ScalarType.Int16 => (short)Number(),
        ScalarType.UInt16 => (ushort)Number(),
        ScalarType.Int32 => (int)Number(),
        ScalarType.UInt32 => (uint)Number(),
        ScalarType.Int64 => Number(),
        ScalarType.Float64 => _random.Next(3) switch { 0 => double.NaN, 1 => double.MinValue, _ => _random.NextDouble() },
        ScalarType.Uuid => _random.Next(3) == 0 ? Uuid.Zero : new Uuid((ulong)_random.NextInt64(), (ulong)_random.NextInt64()),
        ScalarType.Error => (ErrorCode)(short)Number(),
        ScalarType.String => Strings[_random.Next(Strings.Length)],
        ScalarType.Bytes => (ReadOnlyMemory<byte>)Bytes(),
        ScalarType.Records => new Protocol.Messages.Records(Bytes()),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private long Number() => _random.Next(5) switch
    {
        0 => 0,
        1 => -1,
        2 => long.MaxValue >> _random.Next(64),
        3 => long.MinValue >> _random.Next(64),
        _ => _random.Next(1000),
    };

    private byte[] Bytes()
    {
        byte[] bytes = new byte[_random.Next(3) * _random.Next(150)];
        _random.NextBytes(bytes);
        return bytes;
    }
}
