using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sluice.Conformance.Peers;

/// <summary>A process that a test starts, watches and ends by its own id. What it prints goes to a file and can be waited for.</summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private static readonly ConcurrentDictionary<int, ChildProcess> Running = new();

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = [];

    // Held for the life of the process: a registration that is collected is no longer called.
    private static readonly PosixSignalRegistration OnTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static _ => KillAll());

    // A test run that is ended from outside must not leave brokers behind.
    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        KillAll();
        OnTerm.Dispose();
    };

    private ChildProcess(Process process, string logPath)
    {
        _process = process;
        LogPath = logPath;
        _log = new StreamWriter(logPath, append: true) { AutoFlush = true };
    }

    /// <summary>Where everything goes that the process prints.</summary>
    public string LogPath { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a program.</summary>
    /// <param name="logPath">Appended to.</param>
    /// <param name="environment">Added to this process's own.</param>
    public static ChildProcess Start(
        string fileName, IEnumerable<string> arguments, string logPath, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(fileName, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        Process process = new() { StartInfo = start, EnableRaisingEvents = true };
        ChildProcess child = new(process, logPath);
        process.OutputDataReceived += (_, line) => child.Take(line.Data);
        process.ErrorDataReceived += (_, line) => child.Take(line.Data);
        process.Start();
        Running[process.Id] = child;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The first line, past or to come, that <paramref name="wanted"/> accepts.</summary>
    /// <exception cref="InvalidOperationException">The process ended, or the time ran out, before there was one.</exception>
    public async Task<string> LineAsync(Func<string, bool> wanted, TimeSpan patience)
    {
        TaskCompletionSource<string> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            foreach (string line in _lines)
            {
                if (wanted(line)) return line;
            }
            _waiting.Add((wanted, found));
        }
        using CancellationTokenSource deadline = new(patience);
        Task exit = _process.WaitForExitAsync(deadline.Token);
        Task first = await Task.WhenAny(found.Task, exit);
        if (first == found.Task || found.Task.IsCompleted) return await found.Task;
        throw new InvalidOperationException($"{_process.StartInfo.FileName} did not print the line that was waited for:\n{Tail()}");
    }

    /// <summary>Asks the process to stop and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(TimeSpan patience)
    {
        if (!_process.HasExited) _ = SendSignal(_process.Id, Sigterm);
        return await ExitAsync(patience);
    }

    /// <summary>Waits for the process to end by itself; one that does not is killed.</summary>
    public async Task<int> ExitAsync(TimeSpan patience)
    {
        using CancellationTokenSource deadline = new(patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw new InvalidOperationException($"{_process.StartInfo.FileName} did not end within {patience.TotalSeconds} s:\n{Tail()}");
        }
        Running.TryRemove(_process.Id, out _);
        return _process.ExitCode;
    }

    /// <summary>Ends the process with no chance to clean up.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _ = SendSignal(_process.Id, Sigkill);
        Running.TryRemove(_process.Id, out _);
    }

    /// <summary>The last lines that were printed, for a failure's message.</summary>
    public string Tail(int linesCount = 40)
    {
        lock (_lock) return string.Join('\n', _lines.TakeLast(linesCount));
    }

    /// <summary>Everything that was printed, both streams.</summary>
    public string Output()
    {
        lock (_lock) return string.Join('\n', _lines);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
            await _process.WaitForExitAsync();
        }
        Running.TryRemove(_process.Id, out _);
        _process.Dispose();
        lock (_lock) _log.Dispose();
    }

    private static void KillAll()
    {
        foreach (ChildProcess child in Running.Values) child.Kill();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_lock)
        {
            _lines.Add(line);
            if (_log.BaseStream is { CanWrite: true }) _log.WriteLine(line);
            foreach ((Func<string, bool> wanted, TaskCompletionSource<string> found) in _waiting)
            {
                if (wanted(line)) found.TrySetResult(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);
}
