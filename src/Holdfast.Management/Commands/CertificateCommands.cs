using System.Globalization;
using System.Text;
using Holdfast.Linux.OpenSsl;
using Holdfast.Management.Cli;

namespace Holdfast.Management.Commands;

/// <summary>Certificates of listeners: shown, and replaced in one transaction at a time.</summary>
internal static class CertificateCommands
{
    internal static IEnumerable<CliCommand> All(ManagedProcess process)
    {
        var transaction = new Transaction();
        yield return CliCommand.Of("show ssl cert", "[<certfile>]", "certificates of listeners, or one of them",
            request => Show(process, transaction, request)) with { Level = CliLevel.Operator };
        yield return CliCommand.Of("set ssl cert", "<certfile> <payload>", "prepare another certificate with its key",
            request => Set(process, transaction, request)) with { Level = CliLevel.Admin };
        yield return CliCommand.Of("commit ssl cert", "<certfile>", "use the prepared certificate",
            request => Commit(process, transaction, request)) with { Level = CliLevel.Admin };
        yield return CliCommand.Of("abort ssl cert", "<certfile>", "forget the prepared certificate",
            request => Abort(transaction, request)) with { Level = CliLevel.Admin };
    }

    private static IEnumerable<string> Show(ManagedProcess process, Transaction transaction, CliRequest request)
    {
        string path = request[3];
        if (path.Length == 0)
        {
            string prepared = transaction.File is { } file ? $"# transaction\n*{file.Path}\n" : "";
            return process.Engine.CertificatePaths.Select(static one => one + "\n").Prepend(prepared + "# filename\n");
        }
        if (path.StartsWith('*') && transaction.File?.Path == path[1..])
        {
            return CliRequest.Text(Text(path, "Unused", transaction.Report!));
        }
        return process.Engine.DescribeCertificate(path) is { } report ? CliRequest.Text(Text(path, "Used", report))
            : request.Error("Can't display the certificate: Not found or the certificate is a bundle!\n");
    }

    private static IEnumerable<string> Set(ManagedProcess process, Transaction transaction, CliRequest request)
    {
        string path = request[3];
        if (path.Length == 0 || request.Payload is not { Length: > 0 } payload)
        {
            return request.Error("'set ssl cert expects a filename and a certificate as a payload\n");
        }
        if (!process.Engine.CertificatePaths.Contains(path))
        {
            return request.Error("Can't replace a certificate which is not referenced by the configuration!\n"
                + $"Can't update {path}!\n");
        }
        if (transaction.File is { } other && other.Path != path)
        {
            return request.Error(Elsewhere(other.Path, path) + $"Can't update {path}!\n");
        }
        var file = new TlsFile(path, Encoding.ASCII.GetBytes(payload));
        if (TlsServer.Examine(file, out string? problem) is not { } report)
        {
            string reason = problem!.Split(": ")[0];
            return request.Error($"{reason}.\nCan't load the payload\nCan't update {path}!\n");
        }
        string word = transaction.File is null ? "created" : "updated";
        transaction.Begin(file, report);
        return CliRequest.Text($"Transaction {word} for certificate {path}!\n");
    }

    private static IEnumerable<string> Commit(ManagedProcess process, Transaction transaction, CliRequest request)
    {
        string path = request[3];
        if (path.Length == 0)
        {
            return request.Error("'commit ssl cert expects a filename\n");
        }
        if (transaction.File is not { } file)
        {
            return request.Error($"No ongoing transaction! !\nCan't commit {path}!\n");
        }
        if (file.Path != path)
        {
            return request.Error(Elsewhere(file.Path, path) + $"Can't commit {path}!\n");
        }
        int count = process.Engine.ReplaceCertificate(file, out string? problem);
        if (problem is not null)
        {
            return request.Error($"{problem}\nCan't commit {path}!\n");
        }
        transaction.End();
        return CliRequest.Text($"Committing {path}{new string('.', count)}\nSuccess!\n");
    }

    private static IEnumerable<string> Abort(Transaction transaction, CliRequest request)
    {
        string path = request[3];
        if (path.Length == 0)
        {
            return request.Error("'abort ssl cert' expects a filename\n");
        }
        if (transaction.File is not { } file)
        {
            return request.Error("No ongoing transaction!\n");
        }
        if (file.Path != path)
        {
            return request.Error($"The ongoing transaction is about '{file.Path}' but you are trying to abort a "
                + $"transaction for '{path}'\n");
        }
        transaction.End();
        return request.Notice($"Transaction aborted for certificate '{path}'!\n");
    }

    private static string Elsewhere(string present, string wanted)
        => $"The ongoing transaction is about '{present}' but you are trying to set '{wanted}'\n";

    private static string Text(string path, string status, TlsCertificateReport report)
    {
        static string Date(DateTime time) => time.ToString("MMM ", CultureInfo.InvariantCulture)
            + $"{time.Day,2}" + time.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture) + " GMT";
        string chain = string.Concat(report.Chain.Select(
            static one => $"Chain Subject: {one.Subject}\nChain Issuer: {one.Issuer}\n"));
        return $"Filename: {path}\nStatus: {status}\nSerial: {report.Serial}\nnotBefore: {Date(report.NotBefore)}\n"
            + $"notAfter: {Date(report.NotAfter)}\nSubject Alternative Name: "
            + string.Join(", ", report.Names.Select(static one => $"DNS:{one}"))
            + $"\nAlgorithm: {report.Algorithm}\nSHA1 FingerPrint: {report.Fingerprint}\n"
            + $"Subject: {report.Subject}\nIssuer: {report.Issuer}\n{chain}OCSP Response Key: \n";
    }

    /// <summary>A certificate that is prepared: one at a time, whoever has begun it.</summary>
    private sealed class Transaction
    {
        internal TlsFile? File { get; private set; }

        internal TlsCertificateReport? Report { get; private set; }

        internal void Begin(TlsFile file, TlsCertificateReport report)
        {
            End();
            (File, Report) = (file, report);
        }

        /// <summary>It has a key in it: nothing of it stays in memory.</summary>
        internal void End()
        {
            Array.Clear(File?.Bytes ?? []);
            (File, Report) = (null, null);
        }
    }
}
