namespace Sluice.Protocol.Tests.Wire;

public sealed class UuidTests
{
    [Fact]
    public void Text_is_base64url_of_the_bytes_without_padding()
    {
        var uuid = new Uuid(0x37f34e6bd0213116, 0x7847b7348ffa9290);
        uuid.ToString().ShouldBe("N_NOa9AhMRZ4R7c0j_qSkA");
        Uuid.Parse("N_NOa9AhMRZ4R7c0j_qSkA").ShouldBe(uuid);
        Uuid.Parse("N_NOa9AhMRZ4R7c0j_qSkA==").ShouldBe(uuid);
        Uuid.Zero.ToString().ShouldBe("AAAAAAAAAAAAAAAAAAAAAA");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("N_NOa9AhMRZ4R7c0j_qSk")]
    [InlineData("N_NOa9AhMRZ4R7c0j_qSkAA")]
    [InlineData("N+NOa9AhMRZ4R7c0j/qSkA")]
    [InlineData("N_NOa9AhMRZ4R7c0j_qS A")]
    public void Other_text_is_refused(string? text)
    {
        Uuid.TryParse(text, out Uuid uuid).ShouldBeFalse();
        uuid.ShouldBe(Uuid.Zero);
        Should.Throw<FormatException>(() => Uuid.Parse(text!));
    }

    [Fact]
    public void Random_ids_differ_have_version_4_and_do_not_look_like_an_option()
    {
        var seen = new HashSet<Uuid>();
        for (int i = 0; i < 1000; i++)
        {
            Uuid uuid = Uuid.NewRandom();
            seen.Add(uuid).ShouldBeTrue();
            uuid.ToString()[0].ShouldNotBe('-');
            ((uuid.High >> 12) & 0xf).ShouldBe(4u);
            (uuid.Low >> 62).ShouldBe(2u);
            Uuid.Parse(uuid.ToString()).ShouldBe(uuid);
        }
    }

    [Fact]
    public void Ids_are_ordered_as_their_bytes()
    {
        var small = new Uuid(1, ulong.MaxValue);
        var large = new Uuid(0x8000000000000000, 0);
        (small < large).ShouldBeTrue();
        (large > small).ShouldBeTrue();
        (small <= new Uuid(1, ulong.MaxValue)).ShouldBeTrue();
        (small >= large).ShouldBeFalse();
    }
}
