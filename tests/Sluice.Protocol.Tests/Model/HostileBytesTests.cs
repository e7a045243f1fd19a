using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Tests.Model;

public sealed class HostileBytesTests
{
    private const int Seed = 45;
    private const int MutationsPerVersion = 60;

    // Far more than any of these small frames needs; a count that is believed before it is checked would take gigabytes.
    private const long AllocatedBytesMax = 1 << 20;

    [Fact]
    public void A_message_that_ends_early_is_refused_wherever_it_ends()
    {
        var random = new RandomMessages(Seed);
        foreach ((MessageModel model, short version) in Schemas.AllVersions())
        {
            IMessage copy = Schemas.Create(model);
            byte[] bytes = Codec.Write(random.Create(model, version), version);

            // In long messages, every byte of the beginning and a sample of the rest.
            for (int length = 0; length < bytes.Length; length += length < 200 ? 1 : 37)
            {
                TryRead(copy, bytes.AsMemory(0, length), version).ShouldNotBeNull($"{model.Name} version {version}, {length} of {bytes.Length} bytes, seed {Seed}");
            }
        }
    }

    [Fact]
    public void Damaged_messages_are_read_or_refused_and_allocate_little()
    {
        var random = new Random(Seed);
        var messages = new RandomMessages(Seed);
        foreach ((MessageModel model, short version) in Schemas.AllVersions())
        {
            IMessage copy = Schemas.Create(model);
            byte[] original = Codec.Write(messages.Create(model, version), version);
            for (int i = 0; i < MutationsPerVersion; i++)
            {
                byte[] bytes = Damage(original, random);
                long before = GC.GetAllocatedBytesForCurrentThread();
                TryRead(copy, bytes, version);
                long allocatedBytes = GC.GetAllocatedBytesForCurrentThread() - before;
                allocatedBytes.ShouldBeLessThan(AllocatedBytesMax, $"{model.Name} version {version}, {Convert.ToHexString(bytes)}, seed {Seed}");
            }
        }
    }

    [Fact]
    public void What_is_read_from_damaged_bytes_can_be_written_again()
    {
        var random = new Random(Seed + 1);
        var messages = new RandomMessages(Seed + 1);
        foreach ((MessageModel model, short version) in Schemas.AllVersions())
        {
            byte[] original = Codec.Write(messages.Create(model, version), version);
            for (int i = 0; i < 10; i++)
            {
                IMessage message = Schemas.Create(model);
                byte[] bytes = Damage(original, random);
                if (TryRead(message, bytes, version) is not null) continue;
                IMessage copy = Schemas.Create(model);
                Codec.Read(copy, Codec.Write(message, version), version).ShouldBe(0);
                MessageAccess.Difference(model.Root, message, copy).ShouldBeNull($"{model.Name} version {version}, {Convert.ToHexString(bytes)}");
            }
        }
    }

    // Any exception but this one fails the test by itself.
    private static WireFormatException? TryRead(IMessage message, ReadOnlyMemory<byte> bytes, short version)
    {
        try
        {
            Codec.Read(message, bytes, version);
            return null;
        }
        catch (WireFormatException e)
        {
            return e;
        }
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (int i = random.Next(1, 4); i > 0 && bytes.Count > 0; i--)
        {
            int position = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[position] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[position] = random.Next(2) == 0 ? (byte)0xff : (byte)0x7f; break;
                case 2: bytes.RemoveAt(position); break;
                case 3: bytes.Insert(position, (byte)random.Next(256)); break;
                default: bytes.RemoveRange(position, bytes.Count - position); break;
            }
        }

        return bytes.ToArray();
    }
}
