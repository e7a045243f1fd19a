using Sluice.Protocol.Generator.Model;
using Sluice.Protocol.Tests.Model;

namespace Sluice.Protocol.Tests.Golden;

public sealed class GoldenMessageTests
{
    [Fact]
    public void What_kafka_wrote_is_read_as_the_values_it_wrote()
    {
        foreach (GoldenMessage golden in GoldenMessage.All())
        {
            MessageModel model = Schemas.Get(golden.Name);
            IMessage message = Schemas.Create(model);
            Codec.Read(message, golden.Bytes, golden.Version).ShouldBe(0, golden.ToString());
            new JsonComparison(model, golden.Version).Difference(message, golden.Json).ShouldBeNull(golden.ToString());
        }
    }

    [Fact]
    public void What_kafka_wrote_is_written_again_byte_for_byte()
    {
        foreach (GoldenMessage golden in GoldenMessage.All())
        {
            IMessage message = Schemas.Create(Schemas.Get(golden.Name));
            Codec.Read(message, golden.Bytes, golden.Version);
            Codec.Write(message, golden.Version).ShouldBe(golden.Bytes, golden.ToString());
        }
    }

    [Fact]
    public void Every_message_has_golden_bytes()
    {
        var covered = GoldenMessage.All().Select(golden => golden.Name).ToHashSet();
        Schemas.All.Where(model => !covered.Contains(model.Name)).ShouldBeEmpty();
    }
}
