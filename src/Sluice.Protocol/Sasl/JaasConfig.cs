using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sluice.Protocol.Sasl;

/// <summary>One entry of a JAAS configuration, as the value of <c>sasl.jaas.config</c> has it: <c>module flag name=value ...;</c>.</summary>
/// <remarks>Its options hold secrets, so it has no text form of its own.</remarks>
public sealed class JaasConfig
{
    private JaasConfig(string loginModule, ImmutableDictionary<string, string> options)
    {
        LoginModule = loginModule;
        Options = options;
    }

    /// <summary>Full name of the Java class that would log in, such as <c>org.apache.kafka.common.security.plain.PlainLoginModule</c>.</summary>
    public string LoginModule { get; }

    /// <summary>The options by name; case matters.</summary>
    public ImmutableDictionary<string, string> Options { get; }

    /// <summary>An option's value; null if it is not there.</summary>
    /// <param name="name">Case matters.</param>
    public string? Find(string name) => Options.GetValueOrDefault(name);

    /// <summary>Whether the module is a class of this name, in whatever package.</summary>
    /// <param name="className">Without a package.</param>
    public bool IsModule(string className) => LoginModule == className || LoginModule.EndsWith($".{className}", StringComparison.Ordinal);

    /// <summary>Reads an entry.</summary>
    /// <param name="text">Exactly one entry. Comments as in Java; values in single or double quotes, in which a backslash makes the next character ordinary.</param>
    /// <param name="config">The entry; null = the text is none.</param>
    /// <param name="reason">One sentence that repeats nothing of the text but names of options; null on success.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JaasConfig? config, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        config = null;
        var reader = new JaasReader(text);
        string? module = reader.ReadWord();
        if (module is null) return Fail("it does not begin with the name of a login module", out reason);
        string? flag = reader.ReadWord();
        if (flag is null) return Fail("the control flag, such as required, is missing", out reason);
        if (!s_flags.Contains(flag, StringComparer.OrdinalIgnoreCase)) return Fail($"the control flag must be one of {string.Join(", ", s_flags)}", out reason);
        ImmutableDictionary<string, string>.Builder options = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (!reader.TryTake(';'))
        {
            string? name = reader.ReadWord();
            if (name is null) return Fail(reader.IsAtEnd ? "it does not end with a semicolon" : "the name of an option is expected", out reason);
            if (!reader.TryTake('=') || reader.ReadWord() is not { } value) return Fail($"the option {name} has no value", out reason);
            options[name] = value;
        }
        if (!reader.IsAtEnd) return Fail("there is more than one entry, and one is wanted", out reason);
        config = new JaasConfig(module, options.ToImmutable());
        reason = null;
        return true;
    }

    private static readonly string[] s_flags = ["required", "requisite", "sufficient", "optional"];

    private static bool Fail(string text, out string reason)
    {
        reason = text;
        return false;
    }
}
