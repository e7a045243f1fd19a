using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Sluice.Cli;

/// <summary>The usual help, and behind it examples, or for <c>sluice</c> itself the exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is SluiceCommand { Examples.Count: > 0 } command)
        {
            output.WriteLine("Examples:");
            foreach (string example in command.Examples) output.WriteLine($"  {example}");
            output.WriteLine();
        }
        else if (parseResult.CommandResult.Command is RootCommand)
        {
            output.WriteLine("Examples:");
            output.WriteLine("  sluice serve --data ./data");
            output.WriteLine("  sluice topic create orders --partitions 3");
            output.WriteLine("  echo 'hello' | sluice produce orders");
            output.WriteLine("  sluice consume orders --follow");
            output.WriteLine();
            output.WriteLine("Environment:");
            output.WriteLine("  SLUICE_BOOTSTRAP_SERVER  Default of --bootstrap-server");
            output.WriteLine("  NO_COLOR                 If set, no colours and drawn tables");
            output.WriteLine();
            output.WriteLine("Exit codes:");
            output.WriteLine("  0    done");
            output.WriteLine("  1    the broker, the network or a file said no; the reason is one line on standard error");
            output.WriteLine("  2    the command line makes no sense");
            output.WriteLine("  130  interrupted");
            output.WriteLine();
        }

        return exitCode;
    }
}
