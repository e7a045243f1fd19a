using System.Diagnostics.CodeAnalysis;

namespace Sluice.Broker.Security.Sasl;

/// <summary>What a mechanism makes of one message of the client.</summary>
internal sealed class SaslStep
{
    private static readonly byte[] s_nothing = [];

    private SaslStep(byte[] reply) => Reply = reply;

    /// <summary>What to send; may be empty.</summary>
    public byte[] Reply { get; }

    /// <summary>Who the client is, once that is proved.</summary>
    public SaslIdentity? Identity { get; private init; }

    /// <summary>Why the client is refused; null = it is not.</summary>
    public SaslRefusal? Refusal { get; private init; }

    /// <summary>What a refused client may be told; null = nothing but that it failed.</summary>
    public string? Message { get; private init; }

    /// <summary>Whether the client is refused.</summary>
    [MemberNotNullWhen(true, nameof(Refusal))]
    public bool IsRefused => Refusal is not null;

    /// <summary>The exchange goes on.</summary>
    public static SaslStep Continue(byte[] reply) => new(reply);

    /// <summary>The client proved who it is.</summary>
    public static SaslStep Complete(SaslIdentity identity, byte[]? reply = null) => new(reply ?? s_nothing) { Identity = identity };

    /// <summary>The client is refused, and told no more than that.</summary>
    public static SaslStep Refuse(SaslRefusal refusal) => new(s_nothing) { Refusal = refusal };

    /// <summary>The client is refused and told <paramref name="message"/>, which must not help to guess.</summary>
    public static SaslStep Refuse(SaslRefusal refusal, string message) => new(s_nothing) { Refusal = refusal, Message = message };
}
