using System.Buffers.Binary;
using System.Net.Sockets;

namespace Sluice.Vm.Tests.Disk;

/// <summary>Serves a <see cref="DroppingDisk"/> to one QEMU over a Unix socket.</summary>
/// <remarks>
/// The network block device protocol, fixed newstyle, as far as QEMU uses it with a server that offers flush and forced unit access only:
/// https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md. Requests are carried out one after the other.
/// </remarks>
public sealed class NbdServer : IAsyncDisposable
{
    private const ulong InitMagic = 0x4e42444d41474943;
    private const ulong OptionMagic = 0x49484156454f5054;
    private const ulong OptionReplyMagic = 0x3e889045565a9;
    private const uint RequestMagic = 0x25609513;
    private const uint ReplyMagic = 0x67446698;
    private const ushort FixedNewstyleNoZeroes = 3;
    private const uint OptionAbort = 2;
    private const uint OptionInfo = 6;
    private const uint OptionGo = 7;
    private const uint ReplyAck = 1;
    private const uint ReplyInfo = 3;
    private const uint ReplyUnsupported = 0x80000001;
    private const ushort HasFlagsFlushFua = 1 | 4 | 8;
    private const int RequestBytesMax = 32 << 20;
    private const ushort ForcedFlag = 1;
    private const uint InvalidArgument = 22;

    private enum Command : ushort
    {
        Read = 0,
        Write = 1,
        Disconnect = 2,
        Flush = 3,
    }

    private readonly DroppingDisk _disk;
    private readonly Socket _listener;
    private readonly Task _serving;

    public NbdServer(DroppingDisk disk, string socketPath)
    {
        _disk = disk;
        SocketPath = socketPath;
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        _listener.Listen(1);
        _serving = Task.Run(ServeAsync);
    }

    public string SocketPath { get; }

    /// <summary>Waits until every request that reached the server is carried out. After QEMU has ended.</summary>
    public Task DrainAsync() => _serving;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        try
        {
            await _serving;
        }
        catch (SocketException)
        {
            // Nobody ever connected.
        }

        File.Delete(SocketPath);
    }

    private async Task ServeAsync()
    {
        using Socket socket = await _listener.AcceptAsync();
        using NetworkStream stream = new(socket);
        try
        {
            if (Negotiate(stream)) Transmit(stream);
        }
        catch (IOException)
        {
            // QEMU was killed.
        }
    }

    private bool Negotiate(NetworkStream stream)
    {
        byte[] greeting = new byte[18];
        BinaryPrimitives.WriteUInt64BigEndian(greeting, InitMagic);
        BinaryPrimitives.WriteUInt64BigEndian(greeting.AsSpan(8), OptionMagic);
        BinaryPrimitives.WriteUInt16BigEndian(greeting.AsSpan(16), FixedNewstyleNoZeroes);
        stream.Write(greeting);
        stream.ReadExactly(new byte[4]); // The client's flags.
        byte[] header = new byte[16];
        while (true)
        {
            stream.ReadExactly(header);
            if (BinaryPrimitives.ReadUInt64BigEndian(header) != OptionMagic) throw new InvalidDataException("This is no NBD option.");
            uint option = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
            uint lengthBytes = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12));
            stream.ReadExactly(new byte[Math.Min(lengthBytes, RequestBytesMax)]);
            switch (option)
            {
                case OptionGo or OptionInfo:
                    ReplyToOption(stream, option, ReplyInfo, Export());
                    ReplyToOption(stream, option, ReplyAck, []);
                    if (option == OptionGo) return true;
                    break;
                case OptionAbort:
                    ReplyToOption(stream, option, ReplyAck, []);
                    return false;
                default:
                    ReplyToOption(stream, option, ReplyUnsupported, []);
                    break;
            }
        }
    }

    private byte[] Export()
    {
        byte[] info = new byte[12];
        BinaryPrimitives.WriteUInt64BigEndian(info.AsSpan(2), (ulong)_disk.SizeBytes);
        BinaryPrimitives.WriteUInt16BigEndian(info.AsSpan(10), HasFlagsFlushFua);
        return info;
    }

    private static void ReplyToOption(NetworkStream stream, uint option, uint type, byte[] data)
    {
        byte[] reply = new byte[20 + data.Length];
        BinaryPrimitives.WriteUInt64BigEndian(reply, OptionReplyMagic);
        BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(8), option);
        BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(12), type);
        BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(16), (uint)data.Length);
        data.CopyTo(reply, 20);
        stream.Write(reply);
    }

    // Ends with the connection.
    private void Transmit(NetworkStream stream)
    {
        byte[] header = new byte[28];
        while (true)
        {
            stream.ReadExactly(header);
            if (BinaryPrimitives.ReadUInt32BigEndian(header) != RequestMagic) throw new InvalidDataException("This is no NBD request.");
            bool isForced = (BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(4)) & ForcedFlag) != 0;
            var command = (Command)BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(6));
            ulong cookie = BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(8));
            long positionBytes = BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(16));
            uint lengthBytes = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(24));
            if (lengthBytes > RequestBytesMax) throw new InvalidDataException($"A request for {lengthBytes} bytes.");
            byte[] bytes = command is Command.Read or Command.Write ? new byte[lengthBytes] : [];
            uint error = 0;
            switch (command)
            {
                case Command.Read:
                    _disk.Read(positionBytes, bytes);
                    break;
                case Command.Write:
                    stream.ReadExactly(bytes);
                    _disk.Write(positionBytes, bytes, isForced);
                    break;
                case Command.Flush:
                    _disk.Flush();
                    break;
                case Command.Disconnect:
                    return;
                default:
                    error = InvalidArgument;
                    break;
            }

            if (_disk.IsStopped)
            {
                // No answer any more; the connection ends with QEMU.
                while (stream.Read(header) > 0) continue;
                return;
            }

            byte[] reply = new byte[16 + (command == Command.Read ? bytes.Length : 0)];
            BinaryPrimitives.WriteUInt32BigEndian(reply, ReplyMagic);
            BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(4), error);
            BinaryPrimitives.WriteUInt64BigEndian(reply.AsSpan(8), cookie);
            if (command == Command.Read) bytes.CopyTo(reply, 16);
            stream.Write(reply);
        }
    }
}
