using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Transfer.Interop;

namespace Sluice.Transfer.Readiness;

/// <summary>A thread that waits until full sockets accept bytes again, and on which their sends then go on; or until empty ones have enough.</summary>
/// <remarks>
/// <para>
/// There is one for each processor, and a channel keeps to one of them. Going on here instead of on the thread pool spares a
/// hand-over for each wait, which cost more than the wait: the pool's threads spin before they sleep.
/// </para>
/// <para>
/// .NET's own socket engine offers no wait for writability without a buffer to send, and handing it a piece of the file
/// instead costs a copy or several allocations per wait. So this poller keeps an epoll set of its own beside the engine's; a socket may be in both. It is entered on a channel's first full socket, never by one
/// whose peer keeps up, and each wait is one epoll_ctl: no allocation, no event that nobody asked for (EPOLLONESHOT).
/// </para>
/// <para>
/// <see cref="_gate"/> guards the slots. The thread reads them without it: a slot that changed hands meanwhile wakes
/// somebody for no reason, which <see cref="IReadinessWaiter.OnReady"/> allows.
/// </para>
/// </remarks>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Its epoll set lives as long as the process.")]
[SupportedOSPlatform("linux")]
internal sealed unsafe class ReadinessPoller
{
    private const int EventsMax = 128;

    private static readonly ReadinessPoller?[] s_pollers = new ReadinessPoller?[Math.Clamp(Environment.ProcessorCount, 1, 16)];
    private static int s_takenCount = -1;

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _epoll;
    private IReadinessWaiter?[] _slots = new IReadinessWaiter?[64];
    private readonly Stack<int> _freeSlots = new();
    private int _usedSlotsCount;

    private ReadinessPoller()
    {
        int descriptor = LibC.epoll_create1(LibC.EPOLL_CLOEXEC);
        if (descriptor < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        _epoll = new SafeFileHandle(descriptor, ownsHandle: true);
        Thread thread = new(Poll) { IsBackground = true, Name = "Sluice readiness" };
        thread.UnsafeStart();
    }

    /// <summary>The poller of one more channel, in turns; its thread starts with the first use and ends with the process.</summary>
    public static ReadinessPoller Take()
    {
        int index = (int)((uint)Interlocked.Increment(ref s_takenCount) % (uint)s_pollers.Length);
        ReadinessPoller? poller = Volatile.Read(ref s_pollers[index]);
        if (poller is null)
        {
            lock (s_pollers)
            {
                poller = s_pollers[index] ??= new ReadinessPoller();
            }
        }

        return poller;
    }

    /// <summary>Tells <paramref name="waiter"/> once, soon, when the socket is ready or has failed.</summary>
    /// <param name="waiter">Told on the poller's thread, possibly before this method returns.</param>
    /// <param name="socket">Must stay open until the waiter was told: a closed socket leaves the set without a word.</param>
    /// <param name="slot">The waiter's place in the set, negative before the first call; kept by the waiter for the next.</param>
    /// <param name="events">Ready for what: <see cref="LibC.EPOLLOUT"/>, or <see cref="LibC.EPOLLIN"/>, which heeds the socket's SO_RCVLOWAT.</param>
    /// <exception cref="Win32Exception">The kernel has no room for one more socket in the set.</exception>
    public void Arm(IReadinessWaiter waiter, SafeHandle socket, ref int slot, uint events)
    {
        int operation = LibC.EPOLL_CTL_MOD;
        if (slot < 0)
        {
            operation = LibC.EPOLL_CTL_ADD;
            slot = TakeSlot(waiter);
        }

        byte* epollEvent = stackalloc byte[EpollEvent.SizeBytesMax];
        EpollEvent.Write(epollEvent, events | LibC.EPOLLONESHOT, (ulong)slot);
        if (LibC.epoll_ctl(_epoll, operation, socket, epollEvent) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Takes a socket out of the set; the waiter may still be told once more, by an event already under way.</summary>
    /// <param name="socket">May be closed: then it has left the set by itself.</param>
    /// <param name="slot">As <see cref="Arm"/> set it; negative afterwards, and harmless if it was before.</param>
    public void Forget(SafeHandle socket, ref int slot)
    {
        if (slot < 0)
        {
            return;
        }

        try
        {
            byte* ignored = stackalloc byte[EpollEvent.SizeBytesMax];
            _ = LibC.epoll_ctl(_epoll, LibC.EPOLL_CTL_DEL, socket, ignored);
        }
        catch (ObjectDisposedException)
        {
            // The socket was closed before its channel, and a closed descriptor is in no epoll set.
        }

        lock (_gate)
        {
            _slots[slot] = null;
            _freeSlots.Push(slot);
        }

        slot = -1;
    }

    private int TakeSlot(IReadinessWaiter waiter)
    {
        lock (_gate)
        {
            if (!_freeSlots.TryPop(out int slot))
            {
                slot = _usedSlotsCount++;
                if (slot == _slots.Length)
                {
                    Array.Resize(ref _slots, _slots.Length * 2);
                }
            }

            _slots[slot] = waiter;
            return slot;
        }
    }

    /// <summary>Runs until the process ends.</summary>
    private void Poll()
    {
        byte* events = stackalloc byte[EventsMax * EpollEvent.SizeBytesMax];
        while (true)
        {
            int count = LibC.epoll_wait(_epoll, events, EventsMax, timeoutMs: -1);
            if (count < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno == Errno.EINTR)
                {
                    continue;
                }

                // The set is ours and the buffer is on this stack: anything else is a bug, and without this thread every
                // full socket would wait for ever.
                throw new UnreachableException($"epoll_wait: {Marshal.GetPInvokeErrorMessage(errno)}");
            }

            // Read after the wait: a slot is in the array before its socket is in the set.
            IReadinessWaiter?[] slots = Volatile.Read(ref _slots);
            for (int i = 0; i < count; i++)
            {
                slots[EpollEvent.ReadData(events, i)]?.OnReady();
            }
        }
    }
}
