using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;

namespace Holdfast.Runtime.Notifications.Mail;

/// <summary>The hidden mode in which our own binary sends one mail and ends.</summary>
/// <remarks>
/// A process of its own, so that names may be resolved and a slow server waited for without a thread in the
/// supervisor. It gives up root first. The mail is the sealed memory of descriptor <see cref="MessageFd"/>.
/// </remarks>
public static class MailSender
{
    /// <summary>argv[0] that selects this mode.</summary>
    public const string Name = "holdfast-mail";

    /// <summary>The descriptor of the mail.</summary>
    public const int MessageFd = 3;

    private const int MessageSizeMax = 1 << 20;
    private const int ReplySizeMax = 4096;
    private const uint NobodyId = 65534;

    /// <summary>Sends the mail.</summary>
    /// <returns>A <see cref="MailOutcome"/>.</returns>
    public static int Run()
    {
        _ = OwnProcess.SetIdentity(NobodyId, NobodyId, []); // only root can, and only root need
        SignalFd.Block(SignalSet.Empty);
        OwnProcess.ResetSignals();
        if (SealedMemory.TryRead(MessageFd, MessageSizeMax, out byte[] bytes) != Errno.Success)
        {
            return (int)MailOutcome.BadRequest;
        }
        try
        {
            return (int)Send(MailMessage.FromJson(bytes));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            return (int)MailOutcome.BadRequest;
        }
    }

    /// <summary>Sends a mail and waits for the end of it.</summary>
    public static MailOutcome Send(MailMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        IPAddress[] addresses;
        try
        {
            addresses = Dns.GetHostAddresses(message.Server);
        }
        catch (SocketException)
        {
            return MailOutcome.UnknownServer;
        }
        foreach (IPAddress address in addresses)
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            int milliseconds = (int)Math.Min(message.Timeout.TotalMilliseconds, int.MaxValue);
            socket.SendTimeout = milliseconds; // it limits the connection, too: SO_SNDTIMEO, socket(7)
            socket.ReceiveTimeout = milliseconds;
            try
            {
                socket.Connect(address, message.Port);
            }
            catch (SocketException)
            {
                continue;
            }
            return Converse(socket, message);
        }
        return MailOutcome.CannotConnect;
    }

    private static MailOutcome Converse(Socket socket, MailMessage message)
    {
        var dialogue = new SmtpDialogue(message);
        byte[] buffer = new byte[ReplySizeMax];
        int count = 0;
        try
        {
            while (true)
            {
                int end = buffer.AsSpan(0, count).IndexOf((byte)'\n');
                if (end < 0)
                {
                    int read = count < buffer.Length ? socket.Receive(buffer, count, buffer.Length - count, 0) : 0;
                    if (read == 0)
                    {
                        return dialogue.Outcome ?? MailOutcome.BrokenOff;
                    }
                    count += read;
                    continue;
                }
                string line = Encoding.Latin1.GetString(buffer, 0, end).TrimEnd('\r');
                buffer.AsSpan((end + 1)..count).CopyTo(buffer);
                count -= end + 1;
                if (line.Length > 3 && line[3] == '-')
                {
                    continue; // more lines of this reply follow
                }
                byte[] next = dialogue.OnReply(line);
                if (next.Length == 0)
                {
                    return dialogue.Outcome ?? MailOutcome.BrokenOff;
                }
                socket.Send(next);
            }
        }
        catch (SocketException)
        {
            return dialogue.Outcome ?? MailOutcome.BrokenOff;
        }
    }
}
