namespace Sluice.Broker.Coordinators.Groups.Streams.Assignors;

/// <summary>Gives every task to one member, keeps state where it is as far as that is even, and puts copies of it into other processes.</summary>
/// <remarks>
/// A pure function. Members get equally many active tasks, give or take one. Whoever had a task keeps it within that share; then comes who had a copy
/// of it; the rest goes to the processes that have least to do for each of their threads. A process never has one task twice, as copy or otherwise.
/// </remarks>
internal sealed class StickyTaskAssignor
{
    /// <summary>Name as groups are described.</summary>
    public const string Name = "sticky";

    private readonly TaskAssignmentInput _input;
    private readonly Dictionary<string, Worker> _workers;
    private readonly Process[] _processes;
    private readonly Dictionary<TaskId, Worker> _formerOwners = [];
    private readonly Dictionary<TaskId, List<Worker>> _formerStandbys = [];

    // Members may have so many active tasks; so many of them may have one more.
    private readonly int _quota;
    private int _largerCount;

    private StickyTaskAssignor(TaskAssignmentInput input)
    {
        _input = input;
        Dictionary<string, Process> processes = new(StringComparer.Ordinal);
        _workers = new(input.Members.Count, StringComparer.Ordinal);
        foreach (TaskAssignmentMember member in input.Members.OrderBy(static member => member.Id, StringComparer.Ordinal))
        {
            if (!processes.TryGetValue(member.ProcessId, out Process? process)) processes.Add(member.ProcessId, process = new Process(processes.Count));
            var worker = new Worker(process, _workers.Count);
            process.Workers.Add(worker);
            _workers.Add(member.Id, worker);
            foreach (TaskId task in member.Current.Active.All) _formerOwners.TryAdd(task, worker);
            foreach (TaskId task in member.Current.Standby.All)
            {
                if (!_formerStandbys.TryGetValue(task, out List<Worker>? standbys)) _formerStandbys.Add(task, standbys = []);
                standbys.Add(worker);
            }
        }
        _processes = [.. processes.Values];
        (_quota, _largerCount) = Math.DivRem(input.Tasks.Count, input.Members.Count);
    }

    /// <summary>Makes an assignment.</summary>
    /// <returns>An entry for each member, by its id.</returns>
    public static Dictionary<string, TaskSets> Assign(TaskAssignmentInput input)
    {
        if (input.Members.Count == 0) return [];
        var assignor = new StickyTaskAssignor(input);
        assignor.AssignActive();
        if (input.StandbyCount > 0) assignor.AssignStandby();
        return assignor._workers.ToDictionary(
            static pair => pair.Key,
            static pair => new TaskSets(TaskSet.From(pair.Value.Active), TaskSet.From(pair.Value.Standby), TaskSet.Empty),
            StringComparer.Ordinal);
    }

    private void AssignActive()
    {
        List<TaskId> rest = [];
        foreach (TaskId task in _input.Tasks)
        {
            if (_formerOwners.GetValueOrDefault(task) is { } owner && HasRoom(owner)) GiveActive(owner, task);
            else rest.Add(task);
        }
        List<TaskId> open = [];
        foreach (TaskId task in rest)
        {
            Worker? heir = _formerStandbys.GetValueOrDefault(task)?.Where(HasRoom).MinBy(static worker => (worker.Process.Load, worker.Number));
            if (heir is not null) GiveActive(heir, task);
            else open.Add(task);
        }
        foreach (TaskId task in open)
        {
            // There is room somewhere: all shares together are all tasks.
            Process process = _processes.Where(process => process.Workers.Exists(HasRoom)).MinBy(static process => (process.Load, process.Number))!;
            GiveActive(process.Workers.Where(HasRoom).MinBy(static worker => (worker.Count, worker.Number))!, task);
        }
    }

    private bool HasRoom(Worker worker) => worker.Active.Count < _quota || (worker.Active.Count == _quota && _largerCount > 0);

    private void GiveActive(Worker worker, TaskId task)
    {
        if (worker.Active.Count == _quota) _largerCount--;
        worker.Active.Add(task);
        worker.Process.Add(task);
    }

    private void AssignStandby()
    {
        List<(TaskId Task, int Count)> open = [];
        foreach (TaskId task in _input.Tasks.Where(task => _input.IsStateful(task.Subtopology)))
        {
            int missing = _input.StandbyCount;

            // Its state is where it was active before, and where it was kept as a copy.
            if (_formerOwners.GetValueOrDefault(task) is { } owner && MayKeepCopy(owner, task))
            {
                GiveStandby(owner, task);
                missing--;
            }
            while (missing > 0 && _formerStandbys.GetValueOrDefault(task)?.Where(worker => MayKeepCopy(worker, task)).MinBy(static worker => (worker.Process.Load, worker.Number)) is { } standby)
            {
                GiveStandby(standby, task);
                missing--;
            }
            if (missing > 0) open.Add((task, missing));
        }
        foreach ((TaskId task, int count) in open)
        {
            for (int copy = 0; copy < count; copy++)
            {
                // Fewer processes than copies: the rest is done without.
                if (_processes.Where(process => !process.Has(task)).MinBy(static process => (process.Load, process.Number)) is not { } process) break;
                GiveStandby(process.Workers.MinBy(static worker => (worker.Count, worker.Number))!, task);
            }
        }
    }

    // State stays if its process has a thread that is free, or if no other process has less to do.
    private bool MayKeepCopy(Worker worker, TaskId task) =>
        !worker.Process.Has(task) && (worker.Process.Load < 1 || Array.TrueForAll(_processes, process => process.Load >= worker.Process.Load));

    private static void GiveStandby(Worker worker, TaskId task)
    {
        worker.Standby.Add(task);
        worker.Process.Add(task);
    }

    // One thread.
    private sealed class Worker(Process process, int number)
    {
        public Process Process => process;

        public int Number => number;

        public List<TaskId> Active { get; } = [];

        public List<TaskId> Standby { get; } = [];

        public int Count => Active.Count + Standby.Count;
    }

    private sealed class Process(int number)
    {
        private readonly HashSet<TaskId> _tasks = [];

        public int Number => number;

        public List<Worker> Workers { get; } = [];

        public double Load => (double)_tasks.Count / Workers.Count;

        public bool Has(TaskId task) => _tasks.Contains(task);

        public void Add(TaskId task) => _tasks.Add(task);
    }
}
