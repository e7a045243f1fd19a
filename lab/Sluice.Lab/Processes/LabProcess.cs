using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sluice.Lab.Processes;

/// <summary>A child process of the lab that talks in lines. Ends with its owner: disposing kills it if it still runs.</summary>
internal sealed class LabProcess : IAsyncDisposable
{
    private const int SignalExitBase = 128;

    private readonly Process _process;
    private readonly Task<string> _errors;

    private LabProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start) ?? throw new IOException($"{start.FileName} could not be started");
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The process id.</summary>
    internal int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    internal bool HasExited => _process.HasExited;

    /// <summary>Starts the lab's own program again.</summary>
    /// <param name="arguments">See <see cref="ChildPrograms"/>.</param>
    internal static LabProcess StartSelf(params string[] arguments)
    {
        // The runtime that runs this process, whatever started it: an application host, dotnet, or a test runner.
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        return Start(dotnet, [typeof(LabProcess).Assembly.Location, .. arguments]);
    }

    /// <summary>Starts a program.</summary>
    internal static LabProcess Start(string program, params string[] arguments) => new(new ProcessStartInfo(program, arguments));

    /// <summary>The next line that it says; null = it has ended, or closed its output.</summary>
    internal async Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken);

    /// <summary>Says a line to it; where it has ended already, its exit tells more than this would.</summary>
    internal async Task WriteLineAsync(string line)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException) when (_process.HasExited)
        {
            // The pipe is broken because nobody reads it any more; reading the answer will show that.
        }
    }

    /// <summary>How it ended, in words: by which signal, or what it said on standard error.</summary>
    internal async Task<string> DescribeEndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        string errors = (await _errors.WaitAsync(cancellationToken)).Trim();
        string end = _process.ExitCode > SignalExitBase ? $"was ended by signal {_process.ExitCode - SignalExitBase}" : $"ended with exit code {_process.ExitCode}";
        string firstLine = errors.Split('\n')[0].Trim();
        return firstLine.Length == 0 ? end : $"{end}: {firstLine}";
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    internal void Kill() => _process.Kill();

    /// <summary>Ends it, and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        finally
        {
            _process.Dispose();
        }
    }
}
