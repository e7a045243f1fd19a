namespace Sluice.Metadata.Tests;

public sealed class TopicNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Orders.eu-west_1")]
    [InlineData("...")]
    [InlineData("__consumer_offsets")]
    public void Letters_digits_dots_underscores_and_dashes_are_allowed(string name) => TopicName.Validate(name).ShouldBeNull();

    [Theory]
    [InlineData("", "Topic name is invalid: the empty string is not allowed")]
    [InlineData(".", "Topic name is invalid: '.' is not allowed")]
    [InlineData("..", "Topic name is invalid: '..' is not allowed")]
    [InlineData("a/b", "Topic name is invalid: 'a/b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData("ä", "Topic name is invalid: 'ä' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData("a\0", "Topic name is invalid: 'a\0' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    public void Other_names_are_refused_with_a_reason(string name, string reason) => TopicName.Validate(name).ShouldBe(reason);

    [Fact]
    public void The_longest_name_has_249_characters()
    {
        TopicName.Validate(new string('a', 249)).ShouldBeNull();
        TopicName.Validate(new string('a', 250))!.ShouldEndWith("is longer than the max allowed length 249");
    }

    [Theory]
    [InlineData("a.b", "a_b", true)]
    [InlineData("a.b_c", "a_b.c", true)]
    [InlineData("a.b", "a.b", false)]
    [InlineData("a.b", "a-b", false)]
    [InlineData("a.b", "ab", false)]
    public void Names_collide_if_only_dots_and_underscores_differ(string name, string other, bool collide) => TopicName.Collide(name, other).ShouldBe(collide);

    [Fact]
    public void A_collision_is_found_among_the_topics()
    {
        MetadataImage image = MetadataImage.Empty("c").Apply([Stores.Topic("a.b", 1), Stores.Topic("plain", 2)]);

        image.FindCollision("a_b").ShouldBe("a.b");
        image.FindCollision("a.b").ShouldBeNull();
        image.FindCollision("plain").ShouldBeNull();
    }
}
