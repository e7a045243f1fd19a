using Sluice.Log.Indexes;
using Sluice.Log.Producers;

namespace Sluice.Log.Inspection;

/// <summary>Compares the entries of a transaction index with the markers that pass by.</summary>
internal sealed class TransactionIndexCheck : IDisposable
{
    private readonly string _path;
    private readonly IndexCheckContext _context;
    private readonly IndexFileReader? _index;
    private int _slot;
    private long _lastMarkerOffset;
    private bool _sawDamage;

    /// <param name="path">The file, which need not be there.</param>
    /// <param name="context">The segment.</param>
    public TransactionIndexCheck(string path, in IndexCheckContext context)
    {
        _path = path;
        _context = context;
        _lastMarkerOffset = context.BaseOffset - 1;
        if (!File.Exists(path))
        {
            return;
        }

        _index = new IndexFileReader(path, AbortedTransactionEntry.EntryBytes, isPreallocated: false);
        IndexLengths.Check(_index, path, context);
    }

    /// <summary>Entries that the index has.</summary>
    public int EntriesCount => _index?.Count ?? 0;

    /// <summary>Takes in a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="marker">What it says if it ends a transaction.</param>
    /// <param name="firstOffset">First record of the transaction that it ends, as far as the log still has it; null if there is none.</param>
    public void OnBatch(in InspectedBatch batch, ControlMarker marker, long? firstOffset)
    {
        bool isListed = false;
        while (TryPeek(out AbortedTransactionEntry entry) && entry.LastOffset <= batch.LastOffset)
        {
            bool isAbortOfProducer = entry.LastOffset == batch.LastOffset && marker is { IsEndTransaction: true, IsAbort: true } && entry.ProducerId == batch.ProducerId;
            if (isAbortOfProducer && firstOffset is { } first && entry.FirstOffset > first)
            {
                Report(entry.FirstOffset, $"the entry lets the transaction begin at offset {entry.FirstOffset}; it has records from {first} on");
            }
            else if (!isAbortOfProducer && (entry.LastOffset >= batch.BaseOffset || !_sawDamage))
            {
                Report(entry.LastOffset, $"the entry names an abort marker of producer {entry.ProducerId} at offset {entry.LastOffset}, where there is none");
            }

            isListed |= isAbortOfProducer;
            _lastMarkerOffset = entry.LastOffset;
            _slot++;
        }

        if (!isListed && firstOffset is { } open && marker is { IsEndTransaction: true, IsAbort: true })
        {
            _context.Sink.Add(
                FindingKind.TransactionIndexIncomplete,
                _context.MayBeAhead ? FindingSeverity.Note : FindingSeverity.Repairable,
                _path, null, open, $"the transaction of producer {batch.ProducerId} from offset {open} on, aborted at {batch.LastOffset}, has no entry");
        }
    }

    /// <summary>Some batches are missing.</summary>
    public void OnDamage() => _sawDamage = true;

    /// <summary>The log has ended.</summary>
    public void Finish()
    {
        while (TryPeek(out AbortedTransactionEntry entry))
        {
            if (_context.MayBeAhead)
            {
                _context.Sink.Add(
                    FindingKind.IndexAheadOfLog, FindingSeverity.Note, _path, SlotPositionBytes, null,
                    $"entries from {_slot} of {_index!.Count} on name markers behind the last whole batch");
                return;
            }

            if (!_sawDamage)
            {
                Report(entry.LastOffset, $"the entry names an abort marker at offset {entry.LastOffset}, behind the end of the segment");
            }

            _lastMarkerOffset = entry.LastOffset;
            _slot++;
        }
    }

    public void Dispose() => _index?.Dispose();

    private long SlotPositionBytes => (long)_slot * AbortedTransactionEntry.EntryBytes;

    private bool TryPeek(out AbortedTransactionEntry entry)
    {
        for (; _slot < EntriesCount; _slot++)
        {
            ReadOnlySpan<byte> bytes = _index!.At(_slot);
            entry = AbortedTransactionEntry.Read(bytes);
            short version = AbortedTransactionEntry.ReadVersion(bytes);
            if (version != AbortedTransactionEntry.CurrentVersion)
            {
                Report(null, $"the entry has version {version}; only {AbortedTransactionEntry.CurrentVersion} is known");
            }
            else if (entry.LastOffset <= _lastMarkerOffset || entry.FirstOffset > entry.LastOffset)
            {
                Report(null, $"the entry ({entry.FirstOffset} to {entry.LastOffset}) is out of order");
            }
            else
            {
                return true;
            }
        }

        entry = default;
        return false;
    }

    private void Report(long? offset, string what) =>
        _context.Sink.Add(FindingKind.TransactionIndexEntry, FindingSeverity.Repairable, _path, SlotPositionBytes, offset, what);
}
