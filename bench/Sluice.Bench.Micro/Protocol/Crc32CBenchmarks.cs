using BenchmarkDotNet.Attributes;
using Sluice.Protocol.Records;

namespace Sluice.Bench.Micro.Protocol;

/// <summary>The checksum that every produced batch is checked by.</summary>
public class Crc32CBenchmarks
{
    private byte[] _bytes = [];

    /// <summary>Bytes to check.</summary>
    [Params(100, 4096, 65536, 1048576)]
    public int SizeBytes { get; set; } = 4096;

    /// <summary>Fills the bytes.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _bytes = new byte[SizeBytes];
        new Random(20_251).NextBytes(_bytes);
    }

    /// <summary>The checksum of all bytes.</summary>
    [Benchmark]
    public uint Compute() => Crc32C.Compute(_bytes);
}
