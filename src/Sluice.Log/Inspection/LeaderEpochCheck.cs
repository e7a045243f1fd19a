using Sluice.Log.Checkpoints;
using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>Compares the leader epochs of the batches that pass by with the checkpoint of a partition's epochs.</summary>
internal sealed class LeaderEpochCheck
{
    private readonly string _path;
    private readonly FindingSink _sink;
    private readonly bool _isClean;
    private readonly List<EpochEntry>? _entries;
    private int _index = -1;
    private int _latestEpoch = RecordBatchFormat.NoLeaderEpoch;
    private bool _toldMissing;

    /// <param name="path">The checkpoint, which need not be there.</param>
    /// <param name="sink">Gets what is wrong.</param>
    /// <param name="isClean">Whether the checkpoint was written when the log was closed; else it may lag behind.</param>
    public LeaderEpochCheck(string path, FindingSink sink, bool isClean)
    {
        _path = path;
        _sink = sink;
        _isClean = isClean;
        _entries = Read();
        for (int index = 1; index < _entries?.Count; index++)
        {
            if (_entries[index].Epoch <= _entries[index - 1].Epoch || _entries[index].StartOffset <= _entries[index - 1].StartOffset)
            {
                _sink.Add(
                    FindingKind.EpochsWrong, FindingSeverity.Repairable, path, null, _entries[index].StartOffset,
                    $"epoch {_entries[index].Epoch} from offset {_entries[index].StartOffset} on stands behind epoch {_entries[index - 1].Epoch} from {_entries[index - 1].StartOffset} on");
                _entries = null;
            }
        }
    }

    public void OnBatch(string logPath, in InspectedBatch batch)
    {
        if (batch.LeaderEpoch == RecordBatchFormat.NoLeaderEpoch)
        {
            return;
        }

        if (batch.LeaderEpoch < 0)
        {
            Report(logPath, batch, mayLag: false, $"the batch has leader epoch {batch.LeaderEpoch}, which no leader can have");
            return;
        }

        int expectedEpoch = EpochFor(batch.BaseOffset);
        bool isBeforeFirst = expectedEpoch < 0 && _entries is { Count: > 0 };
        if (expectedEpoch >= 0 && expectedEpoch != batch.LeaderEpoch)
        {
            // What was appended under a new epoch just before a crash can be ahead of the checkpoint.
            bool mayLag = !_isClean && batch.LeaderEpoch > expectedEpoch && _index == _entries!.Count - 1;
            Report(logPath, batch, mayLag, $"the batch has leader epoch {batch.LeaderEpoch}; {LeaderEpochFile.Name} gives offset {batch.BaseOffset} epoch {expectedEpoch}");
        }
        else if (expectedEpoch < 0 && batch.LeaderEpoch < _latestEpoch)
        {
            Report(logPath, batch, mayLag: false, $"the batch has leader epoch {batch.LeaderEpoch}; the one before it has {_latestEpoch}");
        }
        else if (expectedEpoch < 0 && !isBeforeFirst && _entries is not null && _isClean && !_toldMissing)
        {
            _toldMissing = true;
            _sink.Add(
                FindingKind.EpochsUnreadable, FindingSeverity.Repairable, _path, null, batch.BaseOffset,
                $"there is no entry, and batches have leader epochs ({batch.LeaderEpoch} at offset {batch.BaseOffset})");
        }

        _latestEpoch = Math.Max(_latestEpoch, batch.LeaderEpoch);
    }

    public void Finish(long logEndOffset)
    {
        if (_entries is [.., var last] && last.StartOffset > logEndOffset)
        {
            _sink.Add(
                FindingKind.EpochsWrong, _isClean ? FindingSeverity.Repairable : FindingSeverity.Note, _path, null, last.StartOffset,
                $"epoch {last.Epoch} begins at offset {last.StartOffset}; the log ends before {logEndOffset}");
        }
    }

    private void Report(string logPath, in InspectedBatch batch, bool mayLag, string what) => _sink.Add(
        FindingKind.BatchEpoch, mayLag ? FindingSeverity.Note : FindingSeverity.Repairable, logPath,
        batch.PositionBytes + RecordBatchFormat.PartitionLeaderEpochPosition, batch.BaseOffset, what);

    // Batches come in order, so this only ever moves forward.
    private int EpochFor(long offset)
    {
        if (_entries is null)
        {
            return RecordBatchFormat.NoLeaderEpoch;
        }

        while (_index + 1 < _entries.Count && _entries[_index + 1].StartOffset <= offset)
        {
            _index++;
        }

        return _index < 0 ? RecordBatchFormat.NoLeaderEpoch : _entries[_index].Epoch;
    }

    private List<EpochEntry>? Read()
    {
        try
        {
            return LeaderEpochFile.Read(_path);
        }
        catch (InvalidDataException exception)
        {
            _sink.Add(FindingKind.EpochsUnreadable, FindingSeverity.Repairable, _path, null, null, exception.Message);
            return null;
        }
    }
}
