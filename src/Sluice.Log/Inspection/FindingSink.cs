namespace Sluice.Log.Inspection;

/// <summary>Takes findings in and counts them; of what is wrong again and again in one file only the first few are told one by one.</summary>
internal sealed class FindingSink(Action<Finding> report)
{
    /// <summary>Findings of one kind in one file that are told one by one.</summary>
    public const int SameMax = 20;

    private FindingKind _lastKind;
    private string? _lastPath;
    private int _sameCount;

    public int DamageCount { get; private set; }

    public int RepairableCount { get; private set; }

    public int NotesCount { get; private set; }

    public void Add(FindingKind kind, FindingSeverity severity, string path, long? positionBytes, long? offset, string what)
    {
        switch (severity)
        {
            case FindingSeverity.Damage:
                DamageCount++;
                break;
            case FindingSeverity.Repairable:
                RepairableCount++;
                break;
            default:
                NotesCount++;
                break;
        }

        bool isSame = kind == _lastKind && path == _lastPath;
        _sameCount = isSame ? _sameCount + 1 : 1;
        (_lastKind, _lastPath) = (kind, path);
        if (_sameCount <= SameMax || severity == FindingSeverity.Damage)
        {
            report(new Finding(kind, severity, path, positionBytes, offset, what));
        }
        else if (_sameCount == SameMax + 1)
        {
            report(new Finding(kind, severity, path, null, null, "and more of the same, which are counted and not told"));
        }
    }
}
