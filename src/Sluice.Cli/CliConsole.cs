using System.Runtime.InteropServices;
using System.Text;
using Sluice.Cli.Output;

namespace Sluice.Cli;

/// <summary>Everything around the process that commands may touch, so that tests can stand in for it.</summary>
internal sealed class CliConsole
{
    private const int DefaultWidth = 120;

    /// <summary>Standard input.</summary>
    internal required Stream Input { get; init; }

    /// <summary>Standard output.</summary>
    internal required StandardOutput Output { get; init; }

    /// <summary>Standard error.</summary>
    internal required TextWriter Error { get; init; }

    /// <summary>Looks up an environment variable.</summary>
    internal required Func<string, string?> Environment { get; init; }

    /// <summary>Whether a person reads standard output.</summary>
    internal bool IsOutputTerminal { get; init; }

    /// <summary>Whether a person reads standard error.</summary>
    internal bool IsErrorTerminal { get; init; }

    /// <summary>Whether a person types standard input.</summary>
    internal bool IsInputTerminal { get; init; }

    /// <summary>Columns of the terminal.</summary>
    internal int Width { get; init; } = DefaultWidth;

    /// <summary>Columns of the terminal that shows standard error.</summary>
    internal int ErrorWidth { get; init; } = DefaultWidth;

    /// <summary>Clock of progress displays and timeouts.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Asks a person for something that nobody shall read over the shoulder. Only where <see cref="IsInputTerminal"/>.</summary>
    internal Func<string, string> ReadSecret { get; init; } = static _ => throw new InvalidOperationException("Nobody is there to be asked.");

    /// <summary>The process's own.</summary>
    internal static CliConsole OfProcess() => new()
    {
        Input = Console.OpenStandardInput(),
        Output = StandardOutput.OfProcess(),
        Error = Console.Error,
        Environment = System.Environment.GetEnvironmentVariable,
        IsOutputTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        IsInputTerminal = !Console.IsInputRedirected,
        Width = TerminalWidth(Console.IsOutputRedirected),
        ErrorWidth = TerminalWidth(Console.IsErrorRedirected),
        ReadSecret = ReadUnseen,
    };

    /// <summary>Cancels <paramref name="interrupted"/> at the first Ctrl-C or SIGTERM; the second ends the process as usual.</summary>
    /// <returns>To be disposed when the process stops listening.</returns>
    internal static IReadOnlyList<IDisposable> ListenToSignals(CancellationTokenSource interrupted)
    {
        void Handle(PosixSignalContext context)
        {
            if (interrupted.IsCancellationRequested)
            {
                // A progress bar hides the cursor, and has no chance to show it again.
                if (!Console.IsErrorRedirected) Console.Error.Write("\e[?25h");
                return;
            }

            context.Cancel = true;
            interrupted.Cancel();
        }

        return [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    private static string ReadUnseen(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter) break;
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }

    private static int TerminalWidth(bool isRedirected)
    {
        if (isRedirected) return DefaultWidth;
        int width = Console.WindowWidth;
        return width > 20 ? width : DefaultWidth;
    }
}
