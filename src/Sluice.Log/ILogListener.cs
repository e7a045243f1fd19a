namespace Sluice.Log;

/// <summary>Hears of a partition's progress; implemented by the layer that keeps waiting requests.</summary>
/// <remarks>Called outside the partition's lock, on the thread that appended or moved the high watermark; must be quick and must not throw.</remarks>
public interface ILogListener
{
    /// <summary>Records were appended or the high watermark moved: more may be readable, and waiting acknowledgements may be due.</summary>
    /// <param name="log">The partition.</param>
    void OnAppended(PartitionLog log);
}
