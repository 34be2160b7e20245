using System.Globalization;
using Holdfast.Bench;
using Holdfast.Lab;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}
List<FailoverCase> cases = [.. FailoverCase.All.Where(which => options.Selects(which.Name))];
if (options.List)
{
    FailoverCase.All.ToList().ForEach(which => Console.WriteLine($"{which.Name,-14} {which.Title}"));
    ProcessFault.All.ToList().ForEach(which => Console.WriteLine($"{which.Name,-14} {which.Title}"));
    Console.WriteLine($"{"crash",-14} every process killed; 2 s and 10 s frozen");
    Console.WriteLine($"{"resources",-14} memory and the cost of a check");
    return 0;
}
if (Lab.Obstacle is { } obstacle)
{
    Console.Error.WriteLine(obstacle);
    return 1;
}

// Pages of the meter's own code that the kernel took back would be read from the disk in the middle of a measurement.
if (OwnProcess.LockMemory() is var locked && locked != Errno.Success)
{
    Console.Error.WriteLine($"memory is not locked ({locked}): the meter may be late more often");
}
string? link = options.HasHoldfast ? Path.Combine(Path.GetDirectoryName(options.Holdfast)!, "keepalived") : null;
double stealBefore = Steal();
var results = new List<CaseResult>();
foreach (FailoverCase which in cases)
{
    List<CaseResult> mine = [.. Contenders(which).Select(contender => new CaseResult(which, contender))];
    results.AddRange(mine);
    for (int round = 0; round < options.Rounds; round++)
    {
        // Faults fall evenly over the interval, and at the same place for all contenders of a round.
        double phase = (round + 0.5) / options.Rounds;
        foreach (CaseResult result in mine)
        {
            RunOne(result, round, phase);
        }
    }
}
List<ProcessFaultRound> processFaults = RunProcessFaults();
List<ResourceRow> resources = [];
if (options.Selects("crash"))
{
    resources.AddRange(CrashRows.Measure(options));
}
if (options.Selects("resources"))
{
    resources.AddRange(
        ResourceRow.Measure(options, Path.Combine(AppContext.BaseDirectory, "keepalived-master.conf")));
}
double steal = Steal() - stealBefore;
if (results.Count > 0 || resources.Count > 0)
{
    Console.WriteLine(Report.Markdown(results, resources));
}
if (processFaults.Count > 0)
{
    Console.WriteLine(ProcessFaultRound.Markdown(processFaults));
}
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Steal time during the run: {steal:F1} s of CPU."));
Report.WriteJson(options.Json, results, resources, steal);
return results.Exists(static result => result.Failures.Count > 0) ? 1 : 0;

IEnumerable<Contender> Contenders(FailoverCase which)
{
    yield return new("keepalived → keepalived", options.Keepalived, options.Keepalived);
    if (link is not null)
    {
        yield return new("Holdfast → Holdfast", link, link);
        if (which.Fault == Fault.PlannedStop)
        {
            yield return new("Holdfast → keepalived", link, options.Keepalived);
        }
    }
}

List<ProcessFaultRound> RunProcessFaults()
{
    var rounds = new List<ProcessFaultRound>();
    foreach (ProcessFault fault in ProcessFault.All.Where(which => options.Selects(which.Name)))
    {
        if (fault.ForOriginal)
        {
            rounds.Add(ProcessFaultRound.Run(
                fault, new("keepalived", options.Keepalived, options.Keepalived),
                link is null ? options.Keepalived : options.Holdfast));
        }
        if (link is not null)
        {
            rounds.Add(ProcessFaultRound.Run(fault, new("Holdfast", link, link), options.Holdfast));
        }
        Console.Error.WriteLine($"{fault.Name} done");
    }
    return rounds;
}

void RunOne(CaseResult result, int round, double phase)
{
    try
    {
        RoundResult figures = FailoverRound.Run(result.Case, result.Contender, phase);
        result.Rounds.Add(figures);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Case.Name,-14} {result.Contender.Label,-24} round {round + 1,2}: "
            + $"blackout {figures.Blackout.TotalMilliseconds,8:F1} ms, lost {figures.LostCount,5}, all announced after "
            + $"{figures.AllAnnounced.TotalMilliseconds,8:F1} ms, "
            + $"meter late by {figures.MeterDelayMax.TotalMilliseconds:F1} ms"));
    }
    catch (Exception exception) when (exception is LabTimeoutException or LinuxException)
    {
        result.Failures.Add(exception.Message);
        Console.Error.WriteLine($"{result.Case.Name} {result.Contender.Label} round {round + 1}: {exception.Message}");
    }
}

static double Steal()
{
    // proc(5): user nice system idle iowait irq softirq steal, in hundredths of a second.
    string[] fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    return double.Parse(fields[8], CultureInfo.InvariantCulture) / 100;
}
