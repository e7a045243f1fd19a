using System.Runtime.InteropServices;

namespace Sluice.Lab.CommandLine;

/// <summary>What commands write to, so that tests can stand in for the process.</summary>
internal sealed class LabConsole
{
    private const int DefaultWidth = 160;

    /// <summary>Standard output: the result.</summary>
    internal required TextWriter Output { get; init; }

    /// <summary>Standard error: progress and what went wrong.</summary>
    internal required TextWriter Error { get; init; }

    /// <summary>Whether a person reads standard output.</summary>
    internal bool IsOutputTerminal { get; init; }

    /// <summary>Whether a person reads standard error.</summary>
    internal bool IsErrorTerminal { get; init; }

    /// <summary>Columns of the terminal.</summary>
    internal int Width { get; init; } = DefaultWidth;

    /// <summary>Clock of progress displays and of the date in reports.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The process's own.</summary>
    internal static LabConsole OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        IsOutputTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        Width = Console.IsOutputRedirected || Console.WindowWidth < 80 ? DefaultWidth : Console.WindowWidth,
    };

    /// <summary>Cancels <paramref name="interrupted"/> at the first Ctrl-C or SIGTERM, so that test files are removed; the second ends the process as usual.</summary>
    /// <returns>To be disposed when the process stops listening.</returns>
    internal static IReadOnlyList<IDisposable> ListenToSignals(CancellationTokenSource interrupted)
    {
        void Handle(PosixSignalContext context)
        {
            if (interrupted.IsCancellationRequested) return;
            context.Cancel = true;
            interrupted.Cancel();
        }

        return [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }
}
