using System.Security.Cryptography.X509Certificates;
using Sluice.Broker.Security.Tls;

namespace Sluice.Broker.Tests.Security.Tls;

/// <summary>What becomes of a certificate's subject: its text, and the principal that rules make of that.</summary>
public sealed class SubjectTests
{
    [Theory]
    [InlineData("CN=billing, OU=apps, O=Example", "CN=billing,OU=apps,O=Example")]
    [InlineData("CN=\"Doe, John\", O=Example", "CN=Doe\\, John,O=Example")]
    [InlineData("CN=a+b, O=Example", "CN=a\\+b,O=Example")]
    [InlineData("CN=\"#1\", O=\"a;b<c>d\"", "CN=\\#1,O=a\\;b\\<c\\>d")]
    public void It_is_written_as_RFC_2253_says(string subject, string text) =>
        DistinguishedName.Write(new X500DistinguishedName(subject).RawData).ShouldBe(text);

    [Theory]
    [InlineData("DEFAULT", "CN=Billing,O=Example", "CN=Billing,O=Example")]
    [InlineData("RULE:^CN=([^,]+),.*$/$1/L", "CN=Billing,O=Example", "billing")]
    [InlineData("RULE:^CN=([^,]+),.*$/$1/U", "CN=Billing,O=Example", "BILLING")]
    [InlineData("RULE:^OU=.*$/x/, RULE:CN=(.*),O=(.*)/$1@$2/", "CN=Billing,O=Example", "Billing@Example")]
    [InlineData("RULE:^OU=.*$/x/,DEFAULT", "CN=Billing,O=Example", "CN=Billing,O=Example")]
    [InlineData("RULE:^OU=.*$/x/", "CN=Billing,O=Example", null)]
    public void The_first_rule_that_matches_all_of_it_makes_the_name(string rules, string subject, string? name) =>
        SslPrincipalMapper.Parse(rules).Map(subject).ShouldBe(name);
}
