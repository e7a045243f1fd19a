namespace Sluice.Client.Admin;

/// <summary>A part of a Kafka Streams application that is worked on as one.</summary>
/// <param name="Id">Id within the application.</param>
/// <param name="SourceTopics">Topics of others that it reads.</param>
/// <param name="RepartitionSourceTopics">Topics of the application that it reads.</param>
/// <param name="RepartitionSinkTopics">Topics of the application that it writes for other parts.</param>
/// <param name="ChangelogTopics">Where it keeps the changes of its state.</param>
public sealed record StreamsSubtopology(
    string Id,
    IReadOnlyList<string> SourceTopics,
    IReadOnlyList<string> RepartitionSourceTopics,
    IReadOnlyList<string> RepartitionSinkTopics,
    IReadOnlyList<string> ChangelogTopics);
