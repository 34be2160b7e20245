using System.Net.Sockets;
using System.Text;
using Holdfast.Proxy.Options;

namespace Holdfast.Web.Tests.Streams;

/// <summary>The same stream block at both sides, asked the same; they must say the same.</summary>
internal sealed class StreamPair : IDisposable
{
    private readonly DirectoryInfo _origins = Directory.CreateTempSubdirectory("hf-origin");
    private readonly List<StreamOrigin> _servers = [];

    /// <param name="transport">Of ours.</param>
    /// <param name="stream">The block.</param>
    /// <param name="origins">Names of origins: sockets in @O@.</param>
    internal StreamPair(TransportChoice transport, string stream, params string[] origins)
        : this(transport, stream, static _ => { }, origins)
    {
    }

    /// <param name="transport">Of ours.</param>
    /// <param name="stream">The block.</param>
    /// <param name="prepare">Puts files into the directory of the origins.</param>
    /// <param name="origins">Names of origins: sockets in @O@.</param>
    internal StreamPair(TransportChoice transport, string stream, Action<string> prepare, params string[] origins)
    {
        prepare(_origins.FullName);
        foreach (string origin in origins)
        {
            string path = Path.Combine(_origins.FullName, origin);
            _servers.Add(new StreamOrigin(path, origin == "plain" ? "" : origin + ":"));
        }
        Theirs = new StreamSide(stream, _origins.FullName, null);
        Ours = new StreamSide(stream, _origins.FullName, transport);
    }

    internal StreamSide Theirs { get; }

    internal StreamSide Ours { get; }

    internal string Origins => _origins.FullName;

    /// <summary>Does the same with both, and says what came of it at ours.</summary>
    internal string Same(string socket, Func<Socket, string> client)
    {
        string[] said = new string[2];
        int at = 0;
        foreach (StreamSide side in new[] { Theirs, Ours })
        {
            using Socket connection = side.Connect(socket);
            said[at++] = client(connection).Replace(side.DirectoryName, "DIR", StringComparison.Ordinal);
        }
        Assert.Equal(said[0], said[1]);
        return said[1];
    }

    /// <summary>Sends a text, and says what is answered until the end.</summary>
    internal string Same(string socket, string text, bool ends = false) => Same(socket, client =>
    {
        if (text.Length > 0)
        {
            client.Send(Encoding.Latin1.GetBytes(text));
        }
        if (ends)
        {
            client.Shutdown(SocketShutdown.Send);
        }
        return ReadAll(client);
    });

    /// <summary>What comes until the other side ends, or resets.</summary>
    internal static string ReadAll(Socket socket)
    {
        byte[] buffer = new byte[65_536];
        var text = new StringBuilder();
        try
        {
            for (int count = socket.Receive(buffer); count > 0; count = socket.Receive(buffer))
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Whether a close is a reset depends on what had come and was not read.
        }
        return text.ToString();
    }

    /// <summary>What comes until so many bytes are there.</summary>
    internal static string Read(Socket socket, int count)
    {
        byte[] buffer = new byte[count];
        int have = 0;
        while (have < count)
        {
            int more = socket.Receive(buffer, have, count - have, SocketFlags.None);
            if (more == 0)
            {
                break;
            }
            have += more;
        }
        return Encoding.Latin1.GetString(buffer, 0, have);
    }

    /// <summary>Both have written the same lines.</summary>
    internal void SameLog(string log, int count)
        => Assert.Equal(Theirs.Lines(log, count), Ours.Lines(log, count));

    /// <summary>The same of error logs.</summary>
    internal void SameErrors(int count) => Assert.Equal(Theirs.Errors(count), Ours.Errors(count));

    public void Dispose()
    {
        Theirs.Dispose();
        Ours.Dispose();
        _servers.ForEach(static one => one.Dispose());
        _origins.Delete(recursive: true);
    }
}
