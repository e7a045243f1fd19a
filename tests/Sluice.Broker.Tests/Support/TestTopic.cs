using Sluice.Protocol;

namespace Sluice.Broker.Tests.Support;

/// <summary>A topic that a test made: requests name it by name or by id, as their version demands.</summary>
internal sealed record TestTopic(string Name, Uuid Id);
