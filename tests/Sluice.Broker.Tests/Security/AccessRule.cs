using Sluice.Broker.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Security;

/// <summary>What a request of an API needs: one row of <see cref="AccessRules"/>.</summary>
/// <param name="Api">The API.</param>
/// <param name="Case">Which of its requests, in words.</param>
/// <param name="Needs">All of them, in the order in which they are looked at; none if everybody may ask.</param>
internal sealed record AccessRule(ApiKey Api, string Case, params AccessNeed[] Needs)
{
    public short LowestVersion { get; init; } = short.MinValue;

    public short HighestVersion { get; init; } = short.MaxValue;

    /// <summary>Makes the request; null for the sample that the API has anyway.</summary>
    public Func<short, TestTopic, IMessage>? Request { get; init; }

    public IMessage Create(short version, TestTopic topic) => Request?.Invoke(version, topic) ?? RequestSamples.Create(Api, version, topic);

    public override string ToString() => $"{Api}, {Case}";
}
