using FsCheck;
using FsCheck.Fluent;

namespace Sluice.Log.Tests.Model;

/// <summary>Something that happens to a log.</summary>
internal enum LogStepKind
{
    Put,
    Delete,
    IdempotentPut,
    Repeat,
    TransactionalPut,
    Commit,
    Abort,
    Roll,
    Clean,
    RetainByTime,
    RetainBySize,
    DeleteRecords,
    Truncate,
    Wait,
    Restart,
    Crash,
}

/// <summary>A step of a random history.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Key">First key, 0 to 9; of transactions also the producer.</param>
/// <param name="Count">Records, keys that the cleaner's map has room for, milliseconds, or tenths: by <paramref name="Kind"/>.</param>
/// <param name="Codec">How the records are compressed, 0 to 4.</param>
internal sealed record LogStep(LogStepKind Kind, int Key = 0, int Count = 0, int Codec = 0)
{
    private static readonly Gen<int> AnyKey = Gen.Choose(0, 9);
    private static readonly Gen<int> AnyCodec = Gen.Choose(0, 4);

    /// <summary>Mostly appends; everything else often enough to meet everything else.</summary>
    public static Gen<LogStep> Any { get; } = Gen.Frequency(
        (12, Putting(LogStepKind.Put)),
        (3, AnyKey.Select(key => new LogStep(LogStepKind.Delete, key))),
        (3, Putting(LogStepKind.IdempotentPut)),
        (1, Gen.Constant(new LogStep(LogStepKind.Repeat))),
        (5, Putting(LogStepKind.TransactionalPut)),
        (3, AnyKey.Select(key => new LogStep(LogStepKind.Commit, key))),
        (3, AnyKey.Select(key => new LogStep(LogStepKind.Abort, key))),
        (4, Gen.Constant(new LogStep(LogStepKind.Roll))),
        (4, Gen.Elements(2, 5, 1000).Select(keysCount => new LogStep(LogStepKind.Clean, Count: keysCount))),
        (1, Gen.Elements(0, 500, 2000).Select(ms => new LogStep(LogStepKind.RetainByTime, Count: ms))),
        (1, Tenths(LogStepKind.RetainBySize)),
        (1, Tenths(LogStepKind.DeleteRecords)),
        (2, Tenths(LogStepKind.Truncate)),
        (4, Gen.Elements(1, 499, 1000, 1001).Select(ms => new LogStep(LogStepKind.Wait, Count: ms))),
        (1, Gen.Constant(new LogStep(LogStepKind.Restart))),
        (1, Gen.Constant(new LogStep(LogStepKind.Crash))));

    public override string ToString() => $"{Kind}({Key},{Count},{Codec})";

    private static Gen<LogStep> Putting(LogStepKind kind) =>
        from key in AnyKey from count in Gen.Choose(1, 4) from codec in AnyCodec select new LogStep(kind, key, count, codec);

    private static Gen<LogStep> Tenths(LogStepKind kind) => Gen.Choose(0, 10).Select(tenths => new LogStep(kind, Count: tenths));
}
