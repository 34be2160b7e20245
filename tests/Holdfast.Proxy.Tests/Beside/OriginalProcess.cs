using System.Diagnostics;
using System.Text;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>The real HAProxy with one thread, in the foreground.</summary>
internal sealed class OriginalProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    internal OriginalProcess(string directory, string text)
    {
        string file = Path.Combine(directory, "haproxy.cfg");
        File.WriteAllText(file, "global\n  nbthread 1\n" + text);
        var start = new ProcessStartInfo("/usr/sbin/haproxy", ["-db", "-f", file])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += OnLine;
        _process.OutputDataReceived += OnLine;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Whether it has ended, as one does that finds its file wrong.</summary>
    internal bool HasEnded => _process.HasExited;

    /// <summary>What it has written.</summary>
    internal string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            _said.AppendLine(line.Data);
        }
    }
}
