namespace Sluice.Protocol.Tests.Model;

/// <summary>Whole messages to bytes and back.</summary>
internal static class Codec
{
    internal static byte[] Write(IMessage message, short version)
    {
        byte[] bytes = new byte[message.Measure(version)];
        var writer = new MessageWriter(bytes);
        message.Write(ref writer, version);
        writer.Position.ShouldBe(bytes.Length, $"{message.GetType().Name} version {version}: measured and written bytes");
        return bytes;
    }

    /// <returns>Bytes left over.</returns>
    internal static int Read(IMessage message, ReadOnlyMemory<byte> bytes, short version, StringCache? strings = null)
    {
        var reader = new MessageReader(bytes, strings);
        message.Read(ref reader, version);
        return reader.Remaining;
    }
}
