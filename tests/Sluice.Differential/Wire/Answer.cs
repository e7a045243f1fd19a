namespace Sluice.Differential.Wire;

/// <summary>What came back on a connection.</summary>
internal enum AnswerKind
{
    Frame,
    Closed,
    Silence,
}

/// <summary>What came back on a connection; <paramref name="Frame"/> is empty unless a whole frame did.</summary>
internal readonly record struct Answer(AnswerKind Kind, byte[] Frame)
{
    public static Answer Closed { get; } = new(AnswerKind.Closed, []);

    public static Answer Silence { get; } = new(AnswerKind.Silence, []);
}
