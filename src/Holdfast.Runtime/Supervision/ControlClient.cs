using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Runtime.Supervision;

/// <summary>The command line's end of the control socket.</summary>
public static class ControlClient
{
    private const int ReplySizeMax = 32 << 20;

    /// <summary>Sends one command and waits for its reply.</summary>
    /// <param name="runDirectory">Run directory of the supervisor.</param>
    /// <param name="request">The request as JSON, without line feed.</param>
    /// <param name="reply">The reply as JSON; empty after an error.</param>
    /// <returns>ENOENT or ECONNREFUSED when no supervisor runs there.</returns>
    public static Errno TryAsk(string runDirectory, string request, out byte[] reply)
    {
        reply = [];
        string path = Path.Combine(runDirectory, ControlServer.SocketName);
        Errno errno = UnixSocket.TryConnectBlocking(path, out FdHandle socket);
        if (errno != Errno.Success)
        {
            return errno;
        }
        using (socket)
        {
            errno = DescriptorIo.WriteAll(socket.Number, Encoding.UTF8.GetBytes(request + "\n"));
            var received = new MemoryStream();
            byte[] buffer = new byte[64 * 1024];
            while (errno is Errno.Success or Errno.EINTR)
            {
                errno = DescriptorIo.Read(socket.Number, buffer, out int count);
                if (errno == Errno.Success && count == 0)
                {
                    return Errno.ECONNRESET;
                }
                received.Write(buffer, 0, count);
                if (count > 0 && buffer[count - 1] == '\n')
                {
                    reply = received.ToArray()[..^1];
                    return Errno.Success;
                }
                if (received.Length > ReplySizeMax)
                {
                    return Errno.EMSGSIZE;
                }
            }
            return errno;
        }
    }
}
