using System.Globalization;
using System.Text.RegularExpressions;

namespace Sluice.Metadata.Configs;

/// <summary>The rules that the tables are written with. Reasons read like Kafka's, so that what people search for is found.</summary>
internal static partial class ConfigRules
{
    /// <summary>Every value of the type is allowed.</summary>
    internal const ConfigRule? Any = null;

    internal static ConfigRule NonEmpty { get; } =
        new("non-empty string", static value => value.Text!.Length == 0 ? "String must be non-empty" : null);

    internal static ConfigRule NonNull { get; } = new("non-null string", static _ => null);

    internal static ConfigRule AnyList { get; } = new("a list, may be empty; duplicates are dropped", static value => EmptyElement(value));

    internal static ConfigRule NonEmptyList { get; } =
        new("a non-empty list; duplicates are dropped", static value => value.List.IsEmpty ? "List must not be empty" : EmptyElement(value));

    internal static ConfigRule ListenerList { get; } = new("a list of name://host:port", static value => ListenerAddress.CheckList(value.List));

    internal static ConfigRule ProtocolMap { get; } =
        new("a list of name:protocol", static value => ListenerProtocols.TryParse(value.Text!, out _, out string? reason) ? null : reason);

    internal static ConfigRule AddressLimits { get; } =
        new("a list of host:count", static value => AddressLimitList.TryParse(value.Text!, out _, out string? reason) ? null : reason);

    internal static ConfigRule ThrottledReplicas { get; } = new("[partitionId]:[brokerId],[partitionId]:[brokerId],... or *", static value =>
        value.List is ["*"] || value.List.All(static element => ThrottledReplica().IsMatch(element))
            ? null
            : "must be the literal '*' or a list of replicas in the form [partitionId]:[brokerId],[partitionId]:[brokerId],...");

    internal static ConfigRule ClientMatch { get; } = new("a list of attribute=pattern", static value =>
        EmptyElement(value) ?? (ClientMetricsMatch.TryParse(value.List, out _, out string? reason) ? null : reason));

    internal static ConfigRule OffsetReset { get; } = new("[latest, earliest, by_duration:PnDTnHnMn.nS]", static value =>
        value.Text is "latest" or "earliest" || IsoDuration().IsMatch(value.Text!)
            ? null
            : "must be latest, earliest or by_duration:<ISO-8601 duration that is not negative>");

    internal static ConfigRule AtLeast(long minimum) =>
        new(string.Create(CultureInfo.InvariantCulture, $"[{minimum},...]"), value => BelowMinimum(value.Number, minimum));

    internal static ConfigRule Between(long minimum, long maximum) =>
        new(string.Create(CultureInfo.InvariantCulture, $"[{minimum},...,{maximum}]"),
            value => BelowMinimum(value.Number, minimum) ?? AboveMaximum(value.Number, maximum));

    internal static ConfigRule BetweenOr(long minimum, long maximum, long special) =>
        new(string.Create(CultureInfo.InvariantCulture, $"[{minimum},...,{maximum}] or {special}"),
            value => value.Number == special ? null : BelowMinimum(value.Number, minimum) ?? AboveMaximum(value.Number, maximum));

    internal static ConfigRule BetweenReals(double minimum, double maximum) =>
        new(string.Create(CultureInfo.InvariantCulture, $"[{minimum},...,{maximum}]"), value =>
            value.Real >= minimum
                ? value.Real <= maximum ? null : string.Create(CultureInfo.InvariantCulture, $"Value must be no more than {maximum}")
                : string.Create(CultureInfo.InvariantCulture, $"Value must be at least {minimum}"));

    internal static ConfigRule OneOf(params string[] allowed) =>
        new($"[{string.Join(", ", allowed)}]", value =>
            Array.IndexOf(allowed, value.Text) >= 0 ? null : $"String must be one of: {string.Join(", ", allowed)}");

    internal static ConfigRule OneOfIgnoringCase(params string[] allowed) =>
        new($"(case insensitive) [{string.Join(", ", allowed)}]", value =>
            allowed.Contains(value.Text, StringComparer.OrdinalIgnoreCase)
                ? null
                : $"String must be one of (case insensitive): {string.Join(", ", allowed)}");

    internal static ConfigRule ListOf(params string[] allowed) =>
        new($"[{string.Join(", ", allowed)}] may be empty; duplicates are dropped", value => NotAllowed(value, allowed));

    internal static ConfigRule NonEmptyListOf(params string[] allowed) =>
        new($"[{string.Join(", ", allowed)}] non-empty; duplicates are dropped",
            value => value.List.IsEmpty ? $"List must not be empty. Valid values include: {string.Join(", ", allowed)}" : NotAllowed(value, allowed));

    private static string? BelowMinimum(long number, long minimum) =>
        number < minimum ? string.Create(CultureInfo.InvariantCulture, $"Value must be at least {minimum}") : null;

    private static string? AboveMaximum(long number, long maximum) =>
        number > maximum ? string.Create(CultureInfo.InvariantCulture, $"Value must be no more than {maximum}") : null;

    private static string? EmptyElement(ConfigValue value) => value.List.Contains("") ? "List elements must not be empty" : null;

    private static string? NotAllowed(ConfigValue value, string[] allowed)
    {
        foreach (string element in value.List)
        {
            if (Array.IndexOf(allowed, element) < 0) return $"String must be one of: {string.Join(", ", allowed)}";
        }
        return null;
    }

    [GeneratedRegex(@"^[0-9]+:[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex ThrottledReplica();

    [GeneratedRegex(@"^by_duration:P(?=.)([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]{1,9})?S)?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex IsoDuration();
}
