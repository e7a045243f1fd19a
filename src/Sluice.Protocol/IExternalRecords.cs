namespace Sluice.Protocol;

/// <summary>Record batches that lie outside managed memory, such as a region of a log file: a message's size counts them, its bytes do not hold them.</summary>
public interface IExternalRecords
{
    /// <summary>Bytes that the sender will put in their place; must not change between measuring and sending.</summary>
    int SizeBytes { get; }
}
