using Spectre.Console;

namespace Sluice.Cli.Output;

/// <summary>Makes the library's consoles, which would otherwise find out about the process's own terminal by themselves.</summary>
internal static class Terminal
{
    /// <summary>A console that draws into a text.</summary>
    /// <param name="output">Gets the text.</param>
    /// <param name="isColored">Whether escape codes for colours may be in it.</param>
    /// <param name="width">Columns after which lines are broken.</param>
    /// <param name="isLive">Whether a terminal reads it, on which what was drawn can be drawn over.</param>
    internal static IAnsiConsole Create(TextWriter output, bool isColored, int width, bool isLive = false)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isColored || isLive ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isColored ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isLive ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
