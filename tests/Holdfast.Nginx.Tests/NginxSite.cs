using System.Net.Sockets;
using System.Text;
using Holdfast.Tests.Repository;

namespace Holdfast.Nginx.Tests;

/// <summary>The real nginx with one http block, asked over a Unix socket.</summary>
internal sealed class NginxSite : IDisposable
{
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("hf-nginx");
    private readonly OriginalNginx _original;

    /// <summary>Starts it.</summary>
    /// <param name="http">
    /// What stands in the http block; @S@ is the directory of its sockets, "s" the first one.
    /// </param>
    internal NginxSite(string http)
    {
        string file = Path.Combine(_directory.FullName, "nginx.conf");
        File.WriteAllText(file, $$"""
            events { }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
            {{http.Replace("@S@", _directory.FullName, StringComparison.Ordinal)}}
            }
            """);
        _original = new OriginalNginx(file);
        _original.WaitUntil(() => File.Exists(PathOf("s")));
    }

    /// <summary>Where its sockets are.</summary>
    internal string Directory => _directory.FullName;

    /// <summary>Asks with a request line's target and a host; answers with status and body.</summary>
    internal (int Status, string Body) Get(string target, string host = "a.example", string socket = "s")
        => Ask($"GET {target} HTTP/1.0\r\nHost: {host}\r\n\r\n", socket);

    /// <summary>Sends a request; answers with status and body.</summary>
    internal (int Status, string Body) Ask(string request, string socket = "s")
    {
        string answer = Exchange(request, socket);
        int body = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return answer.StartsWith("HTTP/1.", StringComparison.Ordinal)
            ? (int.Parse(answer.AsSpan(9, 3), null), answer[(body + 4)..]) : (0, answer);
    }

    /// <summary>Sends a request; answers with all that comes until the end.</summary>
    internal string Exchange(string request, string socket = "s")
    {
        using Socket connection = Connect(socket);
        _ = connection.Send(Encoding.Latin1.GetBytes(request));
        return OriginalDaemon.ReadAll(connection);
    }

    /// <summary>A line of a log, without its end, once it is there.</summary>
    /// <param name="log">The file.</param>
    /// <param name="number">From 1.</param>
    internal string LineOf(string log, int number)
    {
        string[] lines = [];
        _original.WaitUntil(() =>
        {
            lines = File.ReadAllText(PathOf(log), Encoding.Latin1).Split('\n');
            return lines.Length > number;
        });
        return lines[number - 1];
    }

    /// <summary>How often it has written a text.</summary>
    internal int Said(string text) => _original.Said.Split(text).Length - 1;

    /// <summary>A connection, for who talks to it in several steps.</summary>
    internal Socket Connect(string socket = "s")
    {
        Socket? connection = null;
        _original.WaitUntil(() =>
        {
            try
            {
                connection = OriginalDaemon.Connect(PathOf(socket));
                return true;
            }
            catch (SocketException)
            {
                return false; // the socket's file is there a moment before it listens
            }
        });
        return connection!;
    }

    public void Dispose()
    {
        _original.Dispose();
        _directory.Delete(recursive: true);
    }

    private string PathOf(string socket) => Path.Combine(_directory.FullName, socket);
}
