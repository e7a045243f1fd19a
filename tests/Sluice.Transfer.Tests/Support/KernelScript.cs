using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sluice.Transfer.Interop;

namespace Sluice.Transfer.Tests.Support;

/// <summary>What the kernel is to answer instead of what it would, call by call, and a record of who called.</summary>
/// <remarks>
/// An answer below 0 is returned as it is, a negated errno. One of 0 or more caps the length of the real call. Where no answer
/// is left, the real call is made.
/// </remarks>
internal sealed class KernelScript
{
    public ConcurrentQueue<int> Send { get; } = new();

    public ConcurrentQueue<int> SendFile { get; } = new();

    public ConcurrentQueue<int> Read { get; } = new();

    public ConcurrentQueue<int> ReadNoWait { get; } = new();

    /// <summary>Returned as they are: counts of pages, or negated errnos.</summary>
    public ConcurrentQueue<int> CountCachedPages { get; } = new();

    /// <summary>Every call: its name, its position or flags, its length, and the thread that made it.</summary>
    public ConcurrentQueue<KernelCall> Calls { get; } = new();

    /// <summary>Whether sendfile claims to have sent all it was asked for, and sends nothing.</summary>
    public bool ClaimsToSendFile { get; set; }

    /// <summary>Runs before each read that may wait for the disk, on the thread that makes it.</summary>
    public Action? BeforeRead { get; set; }

    public int Count(string name) => Calls.Count(call => call.Name == name);
}

internal sealed record KernelCall(string Name, long Argument, long LengthBytes, string? ThreadName);

/// <summary>A kernel that follows a script.</summary>
internal readonly struct ScriptedKernel(KernelScript script) : IKernel
{
    public nint Send(SafeHandle socket, ReadOnlySpan<byte> bytes, int flags)
    {
        Note("send", flags, bytes.Length);
        return Answer(script.Send, bytes.Length, out int cap) ?? default(Kernel).Send(socket, bytes[..cap], flags);
    }

    public nint SendFile(SafeHandle socket, SafeFileHandle file, long positionBytes, int lengthBytes)
    {
        Note("sendfile", positionBytes, lengthBytes);
        if (script.ClaimsToSendFile) return lengthBytes;
        return Answer(script.SendFile, lengthBytes, out int cap) ?? default(Kernel).SendFile(socket, file, positionBytes, cap);
    }

    public nint Read(SafeFileHandle file, Span<byte> buffer, long positionBytes)
    {
        Note("pread", positionBytes, buffer.Length);
        script.BeforeRead?.Invoke();
        return Answer(script.Read, buffer.Length, out int cap) ?? default(Kernel).Read(file, buffer[..cap], positionBytes);
    }

    public nint BringIn(SafeFileHandle file, long positionBytes, int lengthBytes)
    {
        Note("splice", positionBytes, lengthBytes);
        script.BeforeRead?.Invoke();
        return Answer(script.Read, lengthBytes, out int cap) ?? default(Kernel).BringIn(file, positionBytes, cap);
    }

    public nint ReadNoWait(SafeFileHandle file, Span<byte> buffer, long positionBytes)
    {
        Note("preadv2", positionBytes, buffer.Length);
        return Answer(script.ReadNoWait, buffer.Length, out int cap) ?? default(Kernel).ReadNoWait(file, buffer[..cap], positionBytes);
    }

    public nint CountCachedPages(SafeFileHandle file, long positionBytes, long lengthBytes)
    {
        Note("cachestat", positionBytes, lengthBytes);
        return script.CountCachedPages.TryDequeue(out int count) ? count : default(Kernel).CountCachedPages(file, positionBytes, lengthBytes);
    }

    private static nint? Answer(ConcurrentQueue<int> answers, int lengthBytes, out int cap)
    {
        cap = lengthBytes;
        if (!answers.TryDequeue(out int answer))
        {
            return null;
        }

        cap = Math.Min(cap, Math.Max(answer, 0));
        return answer < 0 ? answer : null;
    }

    private void Note(string name, long argument, long lengthBytes) =>
        script.Calls.Enqueue(new KernelCall(name, argument, lengthBytes, Thread.CurrentThread.Name));
}
