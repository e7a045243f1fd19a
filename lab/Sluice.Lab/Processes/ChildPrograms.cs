using Sluice.Lab.Receiving;

namespace Sluice.Lab.Processes;

/// <summary>What the lab's program does when the lab itself starts it: one side of a run.</summary>
internal static class ChildPrograms
{
    /// <summary>First argument of a sender.</summary>
    internal const string SendArgument = "--child-send";

    /// <summary>First argument of a receiver.</summary>
    internal const string ReceiveArgument = "--child-receive";

    /// <summary>First argument of a receiver that writes a file.</summary>
    internal const string IntakeArgument = "--child-intake";

    /// <summary>Runs one side; what it has to say goes to standard output as lines.</summary>
    /// <param name="arguments">One of the arguments above, and a plan in JSON.</param>
    /// <returns>0, unless the plan failed; the last line says why.</returns>
    internal static async Task<int> RunAsync(string[] arguments) => arguments[0] switch
    {
        SendArgument => await SenderProgram.RunAsync(ChildJson.Read<SendPlan>(arguments[1]), Console.In, Console.Out),
        ReceiveArgument => await ReceiverProgram.RunAsync(ChildJson.Read<ReceivePlan>(arguments[1]), Console.Out),
        _ => IntakeProgram.Run(ChildJson.Read<IntakePlan>(arguments[1]), Console.Out),
    };
}
