namespace Sluice.Transfer.Residency;

/// <summary>Who left a chunk to an I/O thread.</summary>
internal interface IColdChunkOwner
{
    /// <summary>Called on an I/O thread once the chunk was performed, or at once by a pool that is closed: return soon.</summary>
    void OnColdChunkDone();
}
