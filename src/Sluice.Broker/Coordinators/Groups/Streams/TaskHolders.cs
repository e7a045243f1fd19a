namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>Which process has which task, or has yet to give it up: what keeps two threads from working on the same one.</summary>
internal sealed class TaskHolders
{
    private readonly Dictionary<TaskId, string> _active = [];
    private readonly HashSet<(string ProcessId, TaskId Task)> _copies = [];

    /// <summary>Looks at what all members have.</summary>
    public TaskHolders(IEnumerable<StreamsMember> members)
    {
        foreach (StreamsMember member in members)
        {
            foreach (TaskSets tasks in (TaskSets[])[member.Assigned, member.Revoking])
            {
                foreach (TaskId task in tasks.Active.All) _active[task] = member.ProcessId;
                foreach (TaskId task in tasks.Standby.All) _copies.Add((member.ProcessId, task));
                foreach (TaskId task in tasks.Warmup.All) _copies.Add((member.ProcessId, task));
            }
        }
    }

    /// <summary>The process that has a task active; null if none has.</summary>
    public string? ActiveProcess(TaskId task) => _active.GetValueOrDefault(task);

    /// <summary>Whether a process has a copy of a task, as standby or warmup.</summary>
    public bool HasCopy(string processId, TaskId task) => _copies.Contains((processId, task));
}
