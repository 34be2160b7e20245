using Holdfast.Linux.OpenSsl;

namespace Holdfast.Proxy.Running;

// Certificates of listeners, which operators look at and replace while it runs.
public sealed partial class ProxyEngine
{
    /// <summary>The files of listeners' certificates, sorted.</summary>
    public IEnumerable<string> CertificatePaths
        => State.Tls.Servers.SelectMany(static one => one.Paths).Distinct().Order(StringComparer.Ordinal);

    /// <summary>What a certificate of a listener says; null: there is none of that file.</summary>
    public TlsCertificateReport? DescribeCertificate(string path)
        => State.Tls.Servers.Select(one => one.Describe(path)).FirstOrDefault(static one => one is not null);

    /// <summary>
    /// Replaces a certificate wherever listeners use it, while all loops rest for some milliseconds; connections that
    /// stand keep the old one. May be called on any thread but those of loops.
    /// </summary>
    /// <param name="file">The file's path, and what it says now.</param>
    /// <param name="problem">What is wrong; null: nothing.</param>
    /// <returns>How many there were.</returns>
    public int ReplaceCertificate(TlsFile file, out string? problem)
    {
        int count = 0;
        string? found = null;
        bool hasRested = WhileLoopsRest(() =>
        {
            foreach (TlsServer server in State.Tls.Servers)
            {
                count += server.Replace(file, out string? one);
                found ??= one;
            }
        });
        problem = hasRested ? found : "an event loop does not answer";
        return count;
    }

    /// <summary>Does something while no loop does anything.</summary>
    /// <returns>False: a loop does not stop in time, and nothing was done.</returns>
    private bool WhileLoopsRest(Action action)
    {
        // Not disposed of: a loop that comes late still looks at them.
        var resting = new CountdownEvent(_workers.Length);
        var isOver = new ManualResetEventSlim();
        foreach (ProxyWorker worker in _workers)
        {
            worker.Post(() =>
            {
                _ = resting.Signal();
                isOver.Wait();
            });
        }
        try
        {
            if (!resting.Wait(LoopPatience))
            {
                return false;
            }
            action();
            return true;
        }
        finally
        {
            isOver.Set();
        }
    }
}
