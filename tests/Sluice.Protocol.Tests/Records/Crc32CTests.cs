using System.Text;
using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

public sealed class Crc32CTests
{
    // The examples of RFC 3720, appendix B.4, and the customary check value.
    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("313233343536373839", 0xE3069283u)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AAu)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43u)]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46DD794Eu)]
    [InlineData("1F1E1D1C1B1A191817161514131211100F0E0D0C0B0A09080706050403020100", 0x113FDB5Cu)]
    public void Known_answers(string hex, uint expected)
    {
        byte[] data = Convert.FromHexString(hex);
        Crc32C.Compute(data).ShouldBe(expected);
        (~Crc32CTables.Update(uint.MaxValue, data)).ShouldBe(expected);
    }

    [Fact]
    public void Instruction_and_tables_agree_at_every_length_around_the_lane_boundaries()
    {
        byte[] data = RandomBytes(seed: 1, lengthBytes: 40_000);
        foreach (int boundary in new[] { 0, 3 * Crc32C.ShortLaneBytes, 6 * Crc32C.ShortLaneBytes, 3 * Crc32C.LongLaneBytes, 6 * Crc32C.LongLaneBytes })
        {
            for (int length = Math.Max(0, boundary - 20); length <= boundary + 20; length++)
            {
                ReadOnlySpan<byte> piece = data.AsSpan(length % 9, length);
                Crc32C.Compute(piece).ShouldBe(~Crc32CTables.Update(uint.MaxValue, piece), $"length {length}");
            }
        }
    }

    [Fact]
    public void Instruction_and_tables_agree_on_random_slices()
    {
        const int seed = 20_240_917;
        var random = new Random(seed);
        byte[] data = RandomBytes(seed, lengthBytes: 100_000);
        for (int round = 0; round < 500; round++)
        {
            int start = random.Next(data.Length);
            ReadOnlySpan<byte> piece = data.AsSpan(start, random.Next(data.Length - start));
            Crc32C.Compute(piece).ShouldBe(~Crc32CTables.Update(uint.MaxValue, piece), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Tables_agree_with_the_definition_bit_by_bit()
    {
        byte[] data = RandomBytes(seed: 2, lengthBytes: 1_000);
        uint register = uint.MaxValue;
        foreach (byte value in data)
        {
            register ^= value;
            for (int bit = 0; bit < 8; bit++) register = (register & 1) != 0 ? (register >> 1) ^ 0x82F63B78 : register >> 1;
        }

        (~Crc32CTables.Update(uint.MaxValue, data)).ShouldBe(~register);
    }

    [Fact]
    public void Appending_piece_by_piece_equals_the_whole()
    {
        byte[] data = RandomBytes(seed: 3, lengthBytes: 30_000);
        uint whole = Crc32C.Compute(data);
        for (int cut = 0; cut <= data.Length; cut += 977)
            Crc32C.Append(Crc32C.Compute(data.AsSpan(0, cut)), data.AsSpan(cut)).ShouldBe(whole, $"cut at {cut}");
    }

    [Fact]
    public void Old_crc_has_the_customary_check_value() => Crc32.Compute(Encoding.ASCII.GetBytes("123456789")).ShouldBe(0xCBF43926);

    private static byte[] RandomBytes(int seed, int lengthBytes)
    {
        var data = new byte[lengthBytes];
        new Random(seed).NextBytes(data);
        return data;
    }
}
