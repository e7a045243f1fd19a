using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Tests.Model;

public sealed class RoundTripTests
{
    private const int Seed = 20260513;
    private const int RoundsPerVersion = 12;

    [Fact]
    public void Every_message_in_every_version_is_written_as_its_schema_says()
    {
        var random = new RandomMessages(Seed);
        foreach ((MessageModel model, short version) in Schemas.AllVersions())
        {
            for (int round = 0; round < RoundsPerVersion; round++)
            {
                IMessage message = random.Create(model, version);
                Codec.Write(message, version).ShouldBe(ReferenceEncoder.Encode(model, message, version), Describe(model, version));
            }
        }
    }

    [Fact]
    public void Every_message_in_every_version_is_read_as_it_was_written()
    {
        var random = new RandomMessages(Seed + 1);
        foreach ((MessageModel model, short version) in Schemas.AllVersions())
        {
            // One instance reads all of them: nothing may be left over from the message before.
            IMessage copy = Schemas.Create(model);
            var strings = new StringCache();
            for (int round = 0; round < RoundsPerVersion; round++)
            {
                IMessage message = random.Create(model, version);
                Codec.Read(copy, Codec.Write(message, version), version, strings).ShouldBe(0, Describe(model, version));
                MessageAccess.Difference(model.Root, message, copy).ShouldBeNull(Describe(model, version));
            }
        }
    }

    [Fact]
    public void Reset_gives_every_field_its_default()
    {
        var random = new RandomMessages(Seed + 2);
        foreach ((MessageModel model, short version) in Schemas.AllVersions())
        {
            IMessage message = random.Create(model, version);
            message.Reset();
            MessageAccess.Difference(model.Root, message, Schemas.Create(model)).ShouldBeNull(Describe(model, version));
        }
    }

    [Fact]
    public void Tagged_fields_that_are_not_known_are_skipped_in_every_struct()
    {
        byte[] unknown = [1, 2, 3, 4, 5];
        var random = new RandomMessages(Seed + 3);
        foreach ((MessageModel model, short version) in Schemas.AllVersions().Where(v => v.Message.Flexible.Contains(v.Version)))
        {
            IMessage message = random.Create(model, version);
            byte[] bytes = ReferenceEncoder.Encode(model, message, version, _ => unknown);
            IMessage copy = Schemas.Create(model);
            Codec.Read(copy, bytes, version).ShouldBe(0, Describe(model, version));
            MessageAccess.Difference(model.Root, message, copy).ShouldBeNull(Describe(model, version));
        }
    }

    [Fact]
    public void Bytes_after_the_message_are_left_to_the_caller()
    {
        var random = new RandomMessages(Seed + 4);
        foreach ((MessageModel model, short version) in Schemas.AllVersions())
        {
            byte[] bytes = [.. Codec.Write(random.Create(model, version), version), 1, 2, 3];
            Codec.Read(Schemas.Create(model), bytes, version).ShouldBe(3, Describe(model, version));
        }
    }

    private static string Describe(MessageModel model, short version) => $"{model.Name} version {version}, seed {Seed}";
}
