using System.Text.RegularExpressions;

namespace Sluice.Broker.Security.Tls;

/// <summary>Makes principals of certificates' subjects by <c>ssl.principal.mapping.rules</c> (KIP-371).</summary>
internal sealed partial class SslPrincipalMapper
{
    // A subject comes from a certificate that an authority signed, and rules from the administrator: the bound is against mistakes of theirs.
    private static readonly TimeSpan MatchTimeMax = TimeSpan.FromSeconds(1);

    private readonly Rule[] _rules;

    private SslPrincipalMapper(Rule[] rules) => _rules = rules;

    /// <summary>Reads rules.</summary>
    /// <param name="rules">Separated by commas: <c>DEFAULT</c>, or <c>RULE:pattern/replacement/</c>, the latter followed by L or U or nothing.</param>
    /// <exception cref="TlsSettingsException">One of them is no rule.</exception>
    public static SslPrincipalMapper Parse(string rules)
    {
        List<Rule> found = [];
        for (int index = 0; index < rules.Length;)
        {
            Match match = RuleForm().Match(rules, index);
            if (!match.Success || match.Index != index || match.Length == 0)
                throw new TlsSettingsException($"ssl.principal.mapping.rules: '{rules[index..]}' is no rule; rules are DEFAULT and RULE:pattern/replacement/[LU]");
            index += match.Length;
            try
            {
                found.Add(match.Groups["default"].Success
                    ? new Rule(null, "", "")
                    : new Rule(
                        new Regex($"^(?:{match.Groups["pattern"].Value})$", RegexOptions.CultureInvariant, MatchTimeMax),
                        Replacement().Replace(match.Groups["replacement"].Value, "$${${number}}"),
                        match.Groups["case"].Value));
            }
            catch (ArgumentException mistake)
            {
                throw new TlsSettingsException($"ssl.principal.mapping.rules: '{match.Groups["pattern"].Value}' is no regular expression: {mistake.Message}", mistake);
            }
        }
        return new SslPrincipalMapper(found.Count == 0 ? [new Rule(null, "", "")] : [.. found]);
    }

    /// <summary>Finds the name of a subject: what the first rule makes of it that matches all of it.</summary>
    /// <param name="subject">As RFC 2253 writes it.</param>
    /// <returns>Null if no rule matches; such a client is refused.</returns>
    public string? Map(string subject)
    {
        foreach (Rule rule in _rules)
        {
            if (rule.Pattern is null) return subject;
            if (!rule.Pattern.IsMatch(subject)) continue;
            string name = rule.Pattern.Replace(subject, rule.Replacement);
            return rule.Case switch
            {
                "L" => name.ToLowerInvariant(),
                "U" => name.ToUpperInvariant(),
                _ => name,
            };
        }
        return null;
    }

    [GeneratedRegex(@"\G\s*(?:(?<default>DEFAULT)|RULE:(?<pattern>(?:\\.|[^\\/])*)/(?<replacement>(?:\\.|[^\\/])*)/(?<case>[LU]?))\s*(?:,\s*|$)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex RuleForm();

    // $1 of Java is a group even where a digit follows that belongs to no group; ${1} says so here.
    [GeneratedRegex(@"\$(?<number>[0-9])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Replacement();

    private sealed record Rule(Regex? Pattern, string Replacement, string Case);
}
