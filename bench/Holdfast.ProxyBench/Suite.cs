using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Holdfast.ProxyBench;

/// <summary>All proxies under all loads, in rounds, so that what else the machine does meets all alike.</summary>
internal static class Suite
{
    internal static int Run(BenchOptions options)
    {
        BenchRow[] rows = [.. BenchRow.All.Where(row => options.Rows.Count == 0 || options.Rows.Contains(row.Name))];
        Contender[] contenders = [.. Contender.All.Where(
            one => options.Contenders.Count == 0 || options.Contenders.Contains(one.Name))];
        Dictionary<(string Row, string Who), List<Measurement>> runs = [];
        string directory = Directory.CreateTempSubdirectory("holdfast-proxybench-").FullName;
        MakeCertificate(directory);
        // Where logs go: nobody reads them, so that what the kernel does with each line is the same for all.
        using Socket logs = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        logs.Bind(new IPEndPoint(IPAddress.Loopback, Contender.LogPort));
        using Process origin = Measurement.StartOrigin(options.Tools);
        int port = Contender.OriginPort;
        try
        {
            for (int round = 0; round < options.Rounds; round++)
            {
                foreach (BenchRow row in rows)
                {
                    foreach (Contender contender in contenders)
                    {
                        // A port of its own for each run: nothing of another one waits in the kernel.
                        Measurement run = Measurement.Take(contender, row, ++port, directory, options);
                        if (!runs.TryGetValue((row.Name, contender.Name), out List<Measurement>? list))
                        {
                            runs[(row.Name, contender.Name)] = list = [];
                        }
                        list.Add(run);
                    }
                }
            }
        }
        finally
        {
            Measurement.Stop(origin);
            Directory.Delete(directory, recursive: true);
        }
        Dictionary<(string Row, string Who), Measurement> medians = runs.ToDictionary(
            static pair => pair.Key, static pair => Measurement.Median(pair.Value));
        Print(rows, contenders, medians);
        if (options.JsonPath is not null)
        {
            Write(options, medians);
        }
        return 0;
    }

    private static void MakeCertificate(string directory)
    {
        string pem = Path.Combine(directory, Contender.Pem);
        ProcessStartInfo start = new("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=bench.example", "-keyout", pem + ".key",
            "-out", pem + ".crt"])
        {
            RedirectStandardError = true,
        };
        using Process make = Process.Start(start)!;
        _ = make.StandardError.ReadToEnd();
        make.WaitForExit();
        File.WriteAllText(pem, File.ReadAllText(pem + ".crt") + File.ReadAllText(pem + ".key"));
    }

    private static void Print(
        BenchRow[] rows, Contender[] contenders, Dictionary<(string Row, string Who), Measurement> medians)
    {
        Console.WriteLine("row        who       CPU us/req  ratio   req/s   p50 us   p99 us  PSS MiB  errors");
        foreach (BenchRow row in rows)
        {
            double best = contenders.Where(static one => one.Name is "haproxy" or "nginx")
                .Select(one => medians[(row.Name, one.Name)].CpuMicroseconds).DefaultIfEmpty(double.NaN).Min();
            foreach (Contender contender in contenders)
            {
                Measurement m = medians[(row.Name, contender.Name)];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{row.Name,-10} {contender.Name,-8} {m.CpuMicroseconds,11:F2} {m.CpuMicroseconds / best,6:F2} ")
                    + string.Create(CultureInfo.InvariantCulture,
                    $"{m.RequestsPerSecond,7:F0} {m.P50Microseconds,8:F0} {m.P99Microseconds,8:F0} ")
                    + string.Create(CultureInfo.InvariantCulture,
                    $"{m.MemoryKibibytes / 1024,8:F1} {m.Errors,7}"));
            }
        }
    }

    private static void Write(BenchOptions options, Dictionary<(string Row, string Who), Measurement> medians)
    {
        using FileStream file = File.Create(options.JsonPath!);
        using Utf8JsonWriter json = new(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("rounds", options.Rounds);
        json.WriteNumber("milliseconds", options.Milliseconds);
        json.WriteStartArray("medians");
        foreach (((string row, string who), Measurement m) in medians)
        {
            json.WriteStartObject();
            json.WriteString("row", row);
            json.WriteString("proxy", who);
            json.WriteNumber("cpuMicrosecondsPerRequest", Math.Round(m.CpuMicroseconds, 3));
            json.WriteNumber("requestsPerSecond", Math.Round(m.RequestsPerSecond));
            json.WriteNumber("p50Microseconds", m.P50Microseconds);
            json.WriteNumber("p99Microseconds", m.P99Microseconds);
            json.WriteNumber("memoryKibibytes", m.MemoryKibibytes);
            json.WriteNumber("requests", m.Requests);
            json.WriteNumber("errors", m.Errors);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
