namespace Sluice.Lab.Tracing;

/// <summary>Calls of one kind that followed each other.</summary>
/// <param name="Call">Name of the call, and its error if it had one.</param>
/// <param name="Times">How many of them.</param>
/// <param name="Bytes">What they moved in all.</param>
/// <param name="Microseconds">How long they took in all.</param>
/// <param name="CpuCopies">Copies of these bytes by the processor; null = nothing was moved.</param>
/// <param name="What">What happens, in words.</param>
internal sealed record TraceStep(string Call, int Times, long Bytes, double Microseconds, int? CpuCopies, string What)
{
    /// <summary>Names of the calls that are of interest, as strace wants them; those with a question mark are not known to every strace.</summary>
    /// <remarks>Not read and write: no mechanism uses them, and the runtime and the lab's processes talk by them.</remarks>
    internal const string Filter =
        "pread64,?preadv2,writev,sendto,sendmsg,sendfile,splice,vmsplice,recvmsg,poll,?ppoll,epoll_wait,?epoll_pwait,epoll_ctl,mmap,?cachestat,?io_uring_enter,shutdown";

    private const string EndOfTransfer = "shutdown";

    /// <summary>Sums up a trace, up to the sender's word that no more comes.</summary>
    internal static List<TraceStep> Of(IEnumerable<TracedCall> calls)
    {
        List<TraceStep> steps = [];
        foreach (TracedCall call in calls)
        {
            // What follows is the answer of the receiver, and the end of the process.
            if (steps.Count > 0 && steps[^1].Call == EndOfTransfer) break;
            if (Explain(call) is not { } step) continue;
            if (steps.Count > 0 && steps[^1] is { } last && last.Call == step.Call && last.What == step.What)
            {
                steps[^1] = last with { Times = last.Times + 1, Bytes = last.Bytes + step.Bytes, Microseconds = last.Microseconds + step.Microseconds };
            }
            else
            {
                steps.Add(step);
            }
        }

        return steps;
    }

    /// <returns>Null for calls of the runtime that have nothing to do with the transfer.</returns>
    private static TraceStep? Explain(TracedCall call)
    {
        if (call.Error.Length > 0)
        {
            string why = call.Error == "EAGAIN" ? "nothing can be moved at the moment: the socket is full, or the page is not in memory" : "refused";
            return MovesBytes(call.Name) ? new TraceStep($"{call.Name} {call.Error}", 1, 0, call.Microseconds, null, why) : null;
        }

        (int? copies, string? what) = call.Name switch
        {
            "pread64" or "preadv2" => (1, "page cache -> memory of the program"),
            "writev" or "sendto" or "sendmsg" => call.Arguments.Contains("MSG_ZEROCOPY", StringComparison.Ordinal)
                ? (0, "memory of the program is lent to the socket until the receiver has it")
                : (1, "memory of the program -> socket"),
            "sendfile" => (0, "pages of the page cache are referred to by the socket"),
            "splice" or "vmsplice" => (0, "references to pages move on: file -> pipe, pipe -> socket"),

            // The runtime maps memory that it shares with itself, but never only to read it.
            "mmap" => call.Arguments.Contains("PROT_READ, MAP_SHARED,", StringComparison.Ordinal) ? ((int?)null, "pages of the page cache become memory of the program") : (null, null),
            "io_uring_enter" => (null, "hands requests to the kernel and waits for their ends"),
            "poll" or "ppoll" or "epoll_wait" or "epoll_pwait" => call.Result > 0 ? ((int?)null, "waits until there is room, or an answer") : (null, null),
            "epoll_ctl" => (null, "asks to be told when there is room, or an answer"),
            "recvmsg" => call.Arguments.Contains("MSG_ERRQUEUE", StringComparison.Ordinal) ? ((int?)null, "learns which memory it has back") : (null, null),
            "cachestat" => (null, "asks how many pages are in memory"),
            EndOfTransfer => (null, "says that no more comes"),
            _ => (null, null),
        };
        if (what is null) return null;
        return new TraceStep(call.Name, 1, MovesBytes(call.Name) ? call.Result : 0, call.Microseconds, copies, what);
    }

    private static bool MovesBytes(string name) =>
        name is "pread64" or "preadv2" or "writev" or "sendto" or "sendmsg" or "sendfile" or "splice" or "vmsplice";
}
