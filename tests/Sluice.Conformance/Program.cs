using Sluice.Conformance.Clients;
using Xunit.Runner.InProc.SystemConsole;

namespace Sluice.Conformance;

/// <summary>Runs the tests; or is the program that a test starts and kills.</summary>
internal static class Program
{
    /// <summary>First argument of the program that transforms in transactions; the broker's address and its transactional id follow.</summary>
    public const string Transform = "transform";

    private static async Task<int> Main(string[] arguments) => arguments is [Transform, string bootstrapServers, string transactionalId]
        ? TransformWorker.Run(bootstrapServers, transactionalId)
        : await ConsoleRunner.Run(arguments);
}
